package dev.migrator.execute;

import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import java.time.Duration;
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
        /** It depends on one that failed, or the run stopped before it. */
        NOT_TRIED
    }
}
