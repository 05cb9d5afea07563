package dev.migrator.data;

import dev.migrator.batch.BatchEnd;
import dev.migrator.batch.BatchLoop;
import dev.migrator.batch.BatchRun;
import dev.migrator.batch.Checkpoint;
import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.FailureTable;
import dev.migrator.batch.Key;
import dev.migrator.batch.WalkedTable;
import dev.migrator.data.DataOutcome.Failed;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.MigrationState;
import dev.migrator.hook.AfterEach;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A batched migration from its claim to its record of success. The claim and the checkpoint are written together, and the
 * success together with the checkpoint's end.
 */
public final class BatchExecution {

    private final DataRun run;
    private final BatchRun batches;
    private final BatchSubject subject;
    private final HistoryTable table;
    private final AppliedRecord row;
    private final CheckpointTable checkpoints;
    private final CodeFailure failure;
    private final WalkFailure ending;
    private boolean claimed;

    /** @param row as the plan saw it: what it replaces is fenced */
    public BatchExecution(DataRun run, BatchRun batches, BatchSubject subject, HistoryTable table, AppliedRecord row) {
        this.run = run;
        this.batches = batches;
        this.subject = subject;
        this.table = table;
        this.row = row;
        this.checkpoints = new CheckpointTable(table, row.migration(), row.run());
        this.failure = new CodeFailure(row.migration(), subject.origin());
        this.ending = new WalkFailure(row.migration(), failure);
    }

    /**
     * @param previous the history's row that the plan saw
     * @param orphans see {@link dev.migrator.plan.Plan#orphans}
     */
    public DataOutcome run(@Nullable HistoryEntry previous, Set<String> orphans) throws SQLException {
        try {
            WalkedTable walked = subject.find(run);
            BatchLoop.BatchPlan plan = subject.plan();
            createTables();
            CheckpointTable.Stored stored = isBegun(previous) ? begun(walked) : null;
            if (stored == null) {
                new OrphanedBatch(table.names(), orphans).refuse(run.session(), walked, row.migration());
            }
            claimed = claim(walked, stored);
            if (!claimed) {
                return new DataOutcome.Overtaken();
            }
            Checkpoint from = checkpoints.read(run.session()).orElseThrow().checkpoint();
            return walk(walked, plan, from);
        } catch (MigratorException e) {
            Problem problem = e.first();
            return new Failed(problem, problem.subject() + ": " + problem.description(), null, earlierWork(previous));
        } catch (SQLException e) {
            return refused(e, previous);
        }
    }

    /** What the server has against a statement of ours, between two batches: the migration fails, not the whole run. */
    private Failed refused(SQLException refusal, @Nullable HistoryEntry previous) throws SQLException {
        if (run.session().isLost() || SqlState.isConnectionTrouble(refusal)) {
            throw refusal;
        }
        run.frame().rollBack(run.session());
        Failed told = failure.thrown("the walk over " + subject.table(), refusal);
        Checkpoint reached = claimed
                ? checkpoints
                        .read(run.session())
                        .map(CheckpointTable.Stored::checkpoint)
                        .orElse(null)
                : null;
        Problem stop = batches.stopped().get();
        if (reached == null) {
            return new Failed(told.problem(), told.brief(), told.sqlState(), earlierWork(previous));
        }
        return stop == null
                ? ended("failed", reached, WalkFailure.betweenBatches(told, reached))
                : ended("stopped", reached, WalkFailure.of(stop));
    }

    /** Refused before it went on: that it has begun must stay written, or the next try would begin at the first row. */
    private AppliedRecord.@Nullable Work earlierWork(@Nullable HistoryEntry previous) throws SQLException {
        if (previous == null || !isBegun(previous)) {
            return null;
        }
        Optional<CheckpointTable.Stored> stored =
                checkpoints.isThere(run.session()) ? checkpoints.read(run.session()) : Optional.empty();
        if (stored.isPresent()) {
            return work(stored.get().checkpoint());
        }
        String metadata = previous.metadata();
        return new AppliedRecord.Work(0, metadata == null ? JsonText.of(Map.of("recordsScanned", -1)) : metadata);
    }

    private DataOutcome walk(WalkedTable walked, BatchLoop.BatchPlan plan, Checkpoint from) throws SQLException {
        var work = subject.work(run, walked);
        Function<Throwable, String> describe = CodeFailure::headline;
        BatchEnd end = new BatchLoop(batches, walked, checkpoints, from, work, plan, describe).run();
        if (end instanceof BatchEnd.Done done) {
            DataOutcome outcome = succeed(done.checkpoint());
            if (outcome instanceof DataOutcome.Done && done.checkpoint().failed() > 0) {
                tellLeftOut(done.checkpoint().failed());
            }
            return outcome;
        } else if (end instanceof BatchEnd.Stopped stopped) {
            return ended("stopped", stopped.checkpoint(), WalkFailure.of(stopped.problem()));
        } else if (end instanceof BatchEnd.Cancelled cancelled) {
            return ended("cancelled", cancelled.checkpoint(), ending.cancelled());
        } else if (end instanceof BatchEnd.Failed failed) {
            String place = work instanceof SqlBatchWork sql ? sql.place() : row.migration();
            return ended("failed", failed.checkpoint(), ending.inBatch(failed, walked, place));
        }
        return new DataOutcome.Overtaken();
    }

    /** It counts as applied: only this line says that something is still to be done. */
    private void tellLeftOut(long rows) {
        Problem problem = Problem.warning(
                ProblemCode.BATCH_ROWS_LEFT_OUT,
                row.migration(),
                (rows == 1 ? "1 row" : rows + " rows") + " could not be migrated and stayed as before.",
                "See which: failures " + row.migration() + "; mend them, then: retry-failures " + row.migration());
        run.listeners().on(new MigrationEvent.Noted(run.runId(), problem));
    }

    /** A batch beside the traffic, which has a lock of its own, may make them at the same moment. */
    private void createTables() throws SQLException {
        boolean isFirst = true;
        while (!checkpoints.isThere(run.session())) {
            Message message = new Message();
            message.add("BEGIN");
            checkpoints.addCreate(message);
            message.add("COMMIT");
            SQLException error = run.send(message).error();
            if (error == null) {
                return;
            }
            run.frame().rollBack(run.session());
            if (!isFirst || !SqlState.UNIQUE_VIOLATION.equals(error.getSQLState())) {
                throw error;
            }
            isFirst = false;
        }
    }

    /**
     * Whether some of its batches may be done: what was rolled back, reset or is repeated begins at the first row, whatever
     * checkpoint there still is of its earlier life. A try that failed before its first batch has written no account.
     */
    static boolean isBegun(@Nullable HistoryEntry previous) {
        return previous != null
                && (previous.state() == MigrationState.RUNNING
                        || previous.state() == MigrationState.FAILED && previous.metadata() != null);
    }

    private CheckpointTable.Stored begun(WalkedTable walked) throws SQLException {
        CheckpointTable.Stored stored = checkpoints
                .read(run.session())
                .orElseThrow(() -> ending.changed(
                        "An earlier run has done some of its batches, and the checkpoint that says which is gone."));
        if (!stored.isOf(walked)) {
            throw ending.changed(
                    "An earlier run has walked over " + stored.walk() + ", and now it is " + walked.walk() + ".");
        }
        return stored;
    }

    /** False when another node was first. */
    private boolean claim(WalkedTable walked, CheckpointTable.@Nullable Stored stored) throws SQLException {
        Message message = new Message();
        message.add("BEGIN");
        table.addClaim(message, row);
        if (stored == null) {
            Key last = walked.last(run.session());
            checkpoints.addFresh(message, walked, last, walked.estimate(run.session()));
            new FailureTable(table.names(), row.migration()).addForgetAll(message);
        } else {
            checkpoints.addTakeOver(message);
        }
        message.add("COMMIT");
        Answer answer = run.send(message);
        SQLException error = answer.error();
        if (error != null && !isOvertaken(message, answer)) {
            throw error;
        }
        return error == null;
    }

    private DataOutcome succeed(Checkpoint checkpoint) throws SQLException {
        AppliedRecord record = row.claimed().with(work(checkpoint));
        Consumer<Message> end = message -> {
            checkpoints.addEnd(message, "done");
            table.addSuccess(
                    message,
                    record,
                    "(SELECT started_at FROM " + table.names().batches() + " WHERE migration_name = "
                            + Sql.literal(row.migration()) + ")");
        };
        if (subject instanceof BatchSubject.Code code) {
            DataOutcome verified = new CodeExecution(run, code.migration()).verified(code.code(), table, end);
            return verified instanceof Failed failed
                    ? ended("failed", checkpoint, ending.notAsItShould(failed))
                    : verified;
        }
        Message message = new Message();
        run.frame().addBegin(message);
        AfterEach.Added hook = run.afterEach().addTo(message);
        end.accept(message);
        message.add("COMMIT");
        run.frame().addEnd(message);
        Answer answer = run.send(message);
        SQLException error = answer.error();
        Optional<String> inHook = error == null ? Optional.empty() : hook.failure(message, answer);
        if (error != null && inHook.isPresent()) {
            return ended("failed", checkpoint, failure.thrown(inHook.get(), error));
        }
        if (error != null && !isOvertaken(message, answer)) {
            throw error;
        }
        return error == null ? new DataOutcome.Done() : new DataOutcome.Overtaken();
    }

    /** Another node was first, or may be: the lock is lost. */
    private boolean isOvertaken(Message message, Answer answer) {
        return table.refusesSecond(answer) || table.guardRefused(message, answer);
    }

    private Failed ended(String status, Checkpoint checkpoint, Failed failed) throws SQLException {
        Message message = new Message();
        if (run.session().inTransaction()) {
            message.add("ROLLBACK");
        }
        checkpoints.addEnd(message, status);
        Answer answer = run.send(message);
        SQLException error = answer.error();
        // whose lock is lost has nothing to say of it any more; the caller looks at the lock next
        if (error != null && !table.guardRefused(message, answer)) {
            throw error;
        }
        return new Failed(failed.problem(), failed.brief(), failed.sqlState(), work(checkpoint));
    }

    static AppliedRecord.Work work(Checkpoint checkpoint) {
        Map<String, Object> metadata =
                Map.of("recordsScanned", checkpoint.scanned(), "recordsFailed", checkpoint.failed());
        return new AppliedRecord.Work(checkpoint.done(), JsonText.of(new TreeMap<>(metadata)));
    }
}
