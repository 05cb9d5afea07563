package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.Migration;
import dev.migrator.problem.Problem;
import java.util.List;
import java.util.Set;

/**
 * What is to be done, as a value: a dry run shows it, a test asserts it without a database, the executor runs it.
 *
 * @param steps every migration that is not applied as it stands, in order
 * @param rehash adopted rows whose checksum was verified in its old form and can be stored in ours
 * @param problems every finding; an error means that nothing of the plan is run
 * @param orphans names of migrations that somebody has begun and not ended, and that nobody knows here
 */
public record Plan(List<PlanStep> steps, List<Rehash> rehash, List<Problem> problems, Set<String> orphans) {

    /** A row, and the checksum that it shall have. */
    public record Rehash(HistoryEntry entry, String checksum) {}

    public Plan {
        steps = List.copyOf(steps);
        rehash = List.copyOf(rehash);
        problems = List.copyOf(problems);
        orphans = Set.copyOf(orphans);
    }

    public List<PlanStep.Run> runs() {
        return steps.stream()
                .filter(PlanStep.Run.class::isInstance)
                .map(PlanStep.Run.class::cast)
                .toList();
    }

    public List<Migration> manual() {
        return steps.stream()
                .filter(PlanStep.Manual.class::isInstance)
                .map(PlanStep::migration)
                .toList();
    }

    /** Whether a migration of the catalog is not to run any more, as it stands; who takes it back runs another file. */
    public boolean isDone(Migration migration) {
        return steps.stream()
                .filter(step -> step.migration().name().equals(migration.name()))
                .allMatch(step -> step instanceof PlanStep.Run run && run.takesBack());
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** Nothing to run and nothing to write: a start that finds this takes no lock. */
    public boolean isNothingToDo() {
        return rehash.isEmpty() && steps.stream().noneMatch(PlanStep.Run.class::isInstance);
    }
}
