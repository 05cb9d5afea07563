package dev.migrator.execute;

import dev.migrator.batch.BatchRun;
import dev.migrator.data.BatchExecution;
import dev.migrator.data.BatchSubject;
import dev.migrator.data.CodeExecution;
import dev.migrator.data.DataOutcome;
import dev.migrator.data.DataRun;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationCode;
import dev.migrator.postgres.Blocker;
import dev.migrator.postgres.SqlState;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.problem.Problem;
import dev.migrator.script.PreparedCode;
import dev.migrator.script.PreparedStep;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs the steps that are no scripts, and gives them the same beginning and the same end. */
final class DataSteps {

    private static final String BATCHES_STAY = "What its batches have done is done, and the next run goes on there.";

    private final RunContext context;
    private final StepRecorder recorder;
    private final LockAttempts attempts;
    private final Executor executor;

    DataSteps(RunContext context, StepRecorder recorder, LockAttempts attempts, Executor executor) {
        this.context = context;
        this.recorder = recorder;
        this.attempts = attempts;
        this.executor = executor;
    }

    /** Returns 1 when the step's fate is decided, or -1 when the plan is out of date. */
    int run(PreparedStep step) throws SQLException {
        while (true) {
            recorder.started(step, attempts.of(step));
            long startedAt = System.nanoTime();
            DataOutcome outcome = attempts.run(step, () -> execute(step));
            Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
            executor.rollBackAndClean();
            executor.verifyLock(step);
            if (outcome instanceof DataOutcome.Overtaken) {
                return -1;
            }
            if (!(outcome instanceof DataOutcome.Failed failed)) {
                recorder.succeeded(step, elapsed);
                return 1;
            }
            Problem stopped = stopped(step, failed.sqlState());
            if (stopped == null && mayRunAgain(step, failed)) {
                if (pause(step, failed)) {
                    continue;
                }
                stopped = context.stopped(step.name());
            }
            Problem problem = stopped == null ? withBlockers(failed) : stopped;
            String brief = stopped == null ? failed.brief() : stopped.subject() + ": " + stopped.description();
            recordFailure(step, failed, problem, brief, elapsed);
            return 1;
        }
    }

    /** A migration of many transactions has its own way with those that stand in its way. */
    private boolean mayRunAgain(PreparedStep step, DataOutcome.Failed failed) {
        return failed.work() == null && attempts.mayTryAgain(step, failed.sqlState());
    }

    private Problem withBlockers(DataOutcome.Failed failed) {
        Problem problem = failed.problem();
        return new Problem(
                problem.code(),
                problem.severity(),
                problem.subject(),
                problem.description() + attempts.waitedFor(),
                problem.action());
    }

    private void recordFailure(
            PreparedStep step, DataOutcome.Failed failed, Problem problem, String brief, Duration elapsed)
            throws SQLException {
        if (step.takesBack()) {
            recorder.failed(step, problem, brief, failed.sqlState(), elapsed, null);
            return;
        }
        AppliedRecord row = context.record(step).claimed();
        AppliedRecord.Work work = failed.work();
        recorder.failed(step, work == null ? row : row.with(work), problem, brief, failed.sqlState(), elapsed);
    }

    private DataOutcome execute(PreparedStep step) throws SQLException {
        BatchSubject batch = step.takesBack() ? null : BatchSubject.of(step);
        DataRun run = new DataRun(
                context.session(),
                context.run().runId(),
                context.listeners(),
                context.cancellation(),
                context.settings().parameters(),
                frame(step, batch == null ? attempts.lockTimeout(step) : null),
                context.afterEach(step));
        return batch == null ? call((PreparedCode) step, run) : walk(step, run, batch);
    }

    /** @param lockTimeout null for batches, which have a time-out of their own */
    private TransactionFrame frame(PreparedStep step, @Nullable Duration lockTimeout) {
        return new TransactionFrame(context.conduct(), context.showInActivity(step), lockTimeout);
    }

    private DataOutcome walk(PreparedStep step, DataRun run, BatchSubject batch) throws SQLException {
        BatchRun batches = new BatchRun(
                context.session(),
                context.table(),
                context.run().runId(),
                batch.name(),
                context.listeners(),
                context.cancellation(),
                batch.timed(context.settings().batches()),
                run.frame(),
                () -> context.stopped(step.name(), BATCHES_STAY));
        return new BatchExecution(run, batches, batch, context.table(), context.record(step))
                .run(step.step().previous(), context.orphans());
    }

    private DataOutcome call(PreparedCode step, DataRun run) throws SQLException {
        MigrationCode code = step.migration().code();
        CodeExecution execution = new CodeExecution(run, step.migration());
        if (step.takesBack()) {
            return execution.down(
                    code, context.table(), message -> context.addDone(message, step, CodeExecution.STARTED_AT));
        }
        return execution.up((DataMigration) code, context.table(), context.record(step));
    }

    /** Why the run must end, where that is what made the step fail. */
    private @Nullable Problem stopped(PreparedStep step, @Nullable String sqlState) {
        boolean mayBe = SqlState.QUERY_CANCELED.equals(sqlState) || SqlState.mayRunAgain(sqlState);
        boolean batch = !step.takesBack() && BatchSubject.of(step) != null;
        return mayBe ? context.stopped(step.name(), batch ? BATCHES_STAY : "What it did is rolled back.") : null;
    }

    /** False when the run was cancelled meanwhile. */
    private boolean pause(PreparedStep step, DataOutcome.Failed failed) {
        Duration pause = attempts.nextPause(step);
        context.listeners()
                .on(new MigrationEvent.MigrationRetried(
                        context.run().runId(),
                        step.migration().name(),
                        withBlockers(failed),
                        attempts.blockers().stream().map(Blocker::who).toList(),
                        pause));
        return attempts.pause(step, pause);
    }
}
