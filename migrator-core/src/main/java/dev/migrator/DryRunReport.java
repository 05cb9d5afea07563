package dev.migrator;

import dev.migrator.data.Rehearsal;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Severity;
import dev.migrator.script.PlannedScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do, in order. Nothing was written and no lock was taken that is still held.
 *
 * @param rehearsals what each pending data migration would do: one in Java was called, a batch of it with its first rows;
 *     all of it is rolled back. It found the database as it is: what pending migrations before it would do was not there.
 */
public record DryRunReport(List<PlannedScript> scripts, List<Rehearsal> rehearsals, List<Problem> problems) {

    public DryRunReport {
        scripts = List.copyOf(scripts);
        rehearsals = List.copyOf(rehearsals);
        problems = List.copyOf(problems);
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** For people: a line for each migration, then what was found. */
    public String text() {
        if (scripts.isEmpty() && problems.isEmpty()) {
            return "Nothing is pending.";
        }
        List<String> lines = new ArrayList<>(lines());
        if (scripts.isEmpty()) {
            lines.add("Nothing is pending.");
        }
        Stream.concat(problems.stream(), failures().stream()).map(Problem::text).forEach(lines::add);
        return String.join("\n", lines);
    }

    /** A line for each migration. */
    public List<String> lines() {
        return scripts.stream().map(this::line).toList();
    }

    private String line(PlannedScript script) {
        Rehearsal rehearsal = rehearsal(script.migration());
        return rehearsal == null ? script.text() : script.text() + ": " + rehearsal.text();
    }

    /** What the try of a data migration showed; null for any other one, and where nothing was tried. */
    public @Nullable Rehearsal rehearsal(String migration) {
        return rehearsals.stream()
                .filter(tried -> tried.migration().equals(migration))
                .findFirst()
                .orElse(null);
    }

    /** Why tries failed: as warnings, because what pending migrations before them would make was not there. */
    public List<Problem> failures() {
        return rehearsals.stream()
                .map(Rehearsal::failure)
                .filter(Objects::nonNull)
                .map(failure -> failure.withSeverity(Severity.WARNING))
                .toList();
    }
}
