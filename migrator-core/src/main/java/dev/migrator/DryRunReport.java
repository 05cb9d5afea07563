package dev.migrator;

import dev.migrator.problem.Problem;
import dev.migrator.script.PlannedScript;
import java.util.List;
import java.util.stream.Collectors;

/** What a run would do, in order. Nothing was written and no lock was taken. */
public record DryRunReport(List<PlannedScript> scripts, List<Problem> problems) {

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** For people: a line for each migration, then what was found. */
    public String text() {
        String plan = scripts.isEmpty()
                ? "Nothing is pending."
                : scripts.stream().map(PlannedScript::text).collect(Collectors.joining("\n"));
        String found = problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
        if (problems.isEmpty()) {
            return plan;
        }
        return scripts.isEmpty() && hasErrors() ? found : plan + "\n" + found;
    }
}
