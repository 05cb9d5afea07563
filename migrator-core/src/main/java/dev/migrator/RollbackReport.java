package dev.migrator;

import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import java.time.Duration;
import java.util.List;

/**
 * What a rollback did.
 *
 * @param results one for each migration that was to be taken back, in the order in which they were
 * @param problems warnings and remarks that did not stop it
 */
public record RollbackReport(String runId, List<StepResult> results, List<Problem> problems, Duration duration) {

    static RollbackReport of(RunReport run) {
        return new RollbackReport(run.runId(), run.results(), run.problems(), run.duration());
    }

    public int rolledBack() {
        return count(StepResult.Outcome.ROLLED_BACK);
    }

    public int failed() {
        return count(StepResult.Outcome.FAILED);
    }

    public boolean isSuccess() {
        return failed() == 0 && count(StepResult.Outcome.NOT_TRIED) == 0;
    }

    private int count(StepResult.Outcome outcome) {
        return (int) results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /** For callers for whom a failed down script is a failure of the whole call. */
    public RollbackReport orThrow() {
        StepResult.throwIfUnfinished(results);
        return this;
    }

    /** One line for people. */
    public String summary() {
        return "Rolled back: " + rolledBack() + ", Failed: " + failed();
    }
}
