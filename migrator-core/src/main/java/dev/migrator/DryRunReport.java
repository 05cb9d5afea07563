package dev.migrator;

import dev.migrator.data.Rehearsal;
import dev.migrator.hook.HookScript;
import dev.migrator.problem.Problem;
import dev.migrator.script.PlannedScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run would do, in order. Nothing was written and no lock was taken that is still held.
 *
 * @param hooks what runs beside the scripts; empty where there are none
 * @param rehearsals what each pending migration in Java did when it was called; all of it is rolled back. It found the
 *     database as it is: what pending migrations before it would do was not there.
 */
public record DryRunReport(
        List<PlannedScript> scripts, List<HookScript> hooks, List<Rehearsal> rehearsals, List<Problem> problems) {

    public DryRunReport {
        hooks = List.copyOf(hooks);
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
        Map<String, Rehearsal> tried =
                rehearsals.stream().collect(Collectors.toMap(Rehearsal::migration, Function.identity()));
        List<String> lines = new ArrayList<>();
        for (PlannedScript script : scripts) {
            Rehearsal rehearsal = tried.get(script.migration());
            lines.add(rehearsal == null ? script.text() : script.text() + ": " + rehearsal.text());
        }
        hooks.stream().map(HookScript::describe).forEach(lines::add);
        if (scripts.isEmpty()) {
            lines.add("Nothing is pending.");
        }
        Stream<Problem> failures = rehearsals.stream().map(Rehearsal::failure).filter(Objects::nonNull);
        Stream.concat(problems.stream(), failures).map(Problem::text).forEach(lines::add);
        return String.join("\n", lines);
    }
}
