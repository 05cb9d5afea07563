package dev.migrator.stop;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.time.Duration;

/** Why a run ends before it has done everything; the first reason counts. */
record StopReason(ProblemCode code, String description, String action) {

    private static final String START_AGAIN = "Start again when you want it to go on: what was applied is recorded.";

    static StopReason cancelled(String why) {
        return new StopReason(
                ProblemCode.INTERRUPTED, "The run was interrupted: cancelled " + SafeText.line(why) + ".", START_AGAIN);
    }

    static StopReason interrupted() {
        return new StopReason(ProblemCode.INTERRUPTED, "The run was interrupted while it waited.", START_AGAIN);
    }

    static StopReason overtime(Duration timeout) {
        return new StopReason(
                ProblemCode.RUN_TIMEOUT,
                "The run was stopped after " + timeout.toMillis() + " ms.",
                "Raise migrator.timeout (MIGRATION_TIMEOUT), or make the migration shorter.");
    }

    /** @param outcome what became of the subject */
    Problem problem(String subject, String outcome) {
        return Problem.error(code, subject, description + " " + outcome, action);
    }
}
