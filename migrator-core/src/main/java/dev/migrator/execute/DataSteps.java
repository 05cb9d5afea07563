package dev.migrator.execute;

import dev.migrator.data.CodeExecution;
import dev.migrator.data.DataOutcome;
import dev.migrator.data.DataRun;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationCode;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.script.PreparedCode;
import dev.migrator.script.PreparedStep;
import java.sql.SQLException;
import java.time.Duration;

/** Runs the steps that are no scripts, and gives them the same beginning and the same end. */
final class DataSteps {

    private final RunContext context;
    private final Results results;
    private final Executor executor;

    DataSteps(RunContext context, Results results, Executor executor) {
        this.context = context;
        this.results = results;
        this.executor = executor;
    }

    /** Returns 1 when the step's fate is decided, or -1 when the plan is out of date. */
    int run(PreparedStep step) throws SQLException {
        MigrationName name = step.migration().name();
        RetryPolicy retry = context.lockRetry(step);
        for (int attempt = 1; ; attempt++) {
            context.listeners().on(new MigrationEvent.MigrationStarted(context.run().runId(), name, attempt));
            long startedAt = System.nanoTime();
            DataOutcome outcome = execute(step);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
            executor.rollBackAndClean();
            executor.verifyLock(step);
            if (outcome instanceof DataOutcome.Failed failed) {
                if (!mayRunAgain(failed) || !retry.allows(attempt)) {
                    fail(step, failed, elapsed);
                    return 1;
                }
                pause(name, failed, retry.pauseAfter(attempt));
            } else if (outcome instanceof DataOutcome.Overtaken) {
                return -1;
            } else {
                results.add(step, Outcome.APPLIED, elapsed, null);
                context.listeners()
                        .on(new MigrationEvent.MigrationCompleted(context.run().runId(), name, elapsed));
                return 1;
            }
        }
    }

    private DataOutcome execute(PreparedStep step) throws SQLException {
        PreparedCode prepared = (PreparedCode) step;
        MigrationCode code = prepared.migration().code();
        DataRun run = new DataRun(
                context.session(),
                context.run().runId(),
                context.listeners(),
                context.settings().parameters(),
                context.showInActivity(step));
        return new CodeExecution(run, prepared.migration())
                .up((DataMigration) code, context.table(), context.record(step));
    }

    private boolean mayRunAgain(DataOutcome.Failed failed) {
        return SqlState.mayRunAgain(failed.sqlState()) && !context.deadline().isOver();
    }

    private void pause(MigrationName name, DataOutcome.Failed failed, Duration pause) {
        context.listeners()
                .on(new MigrationEvent.MigrationRetried(context.run().runId(), name, failed.problem(), pause));
        RetryPolicy.pause(pause);
    }

    private void fail(PreparedStep step, DataOutcome.Failed failed, Duration elapsed) throws SQLException {
        boolean timedOut = SqlState.QUERY_CANCELED.equals(failed.sqlState())
                && context.deadline().isOver();
        Problem problem = timedOut ? context.deadline().problem(step.name()) : failed.problem();
        executor.fail(step, context.record(step), problem, failed.brief(), failed.sqlState(), elapsed, null);
    }
}
