package dev.migrator.execute;

import dev.migrator.migration.MigrationName;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one migration in this run.
 *
 * @param problem why it failed, or why it was not tried
 */
public record StepResult(
        MigrationName migration,
        Outcome outcome,
        Duration duration,
        @Nullable Problem problem) {

    /** The end of a step. */
    public enum Outcome {
        APPLIED,
        /** Another node applied it first; ours was rolled back or never began. */
        APPLIED_ELSEWHERE,
        FAILED,
        /** Taken back, on purpose. */
        ROLLED_BACK,
        /** Another node took it back first. */
        ROLLED_BACK_ELSEWHERE,
        /** It depends on one that failed, or the run stopped before it. */
        NOT_TRIED
    }

    /** Throws the problems of what failed or was not tried, all at once. */
    public static void throwIfUnfinished(List<StepResult> results) {
        List<Problem> problems = results.stream()
                .filter(result -> result.outcome() == Outcome.FAILED || result.outcome() == Outcome.NOT_TRIED)
                .map(StepResult::problem)
                .filter(Objects::nonNull)
                .toList();
        if (!problems.isEmpty()) {
            throw new MigratorException(problems, null);
        }
    }
}
