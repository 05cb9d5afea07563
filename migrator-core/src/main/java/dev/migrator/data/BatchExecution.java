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
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
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

    /** @param row as the plan saw it: what it replaces is fenced */
    public BatchExecution(DataRun run, BatchRun batches, BatchSubject subject, HistoryTable table, AppliedRecord row) {
        this.run = run;
        this.batches = batches;
        this.subject = subject;
        this.table = table;
        this.row = row;
        this.checkpoints = new CheckpointTable(table, row.migration(), row.run());
        this.failure = new CodeFailure(row.migration(), subject.origin());
    }

    /** @param previous the history's row that the plan saw */
    public DataOutcome run(@Nullable HistoryEntry previous) throws SQLException {
        try {
            WalkedTable walked = subject.find(run);
            createTables();
            CheckpointTable.Stored stored = isResumed(previous) ? resumed(previous, walked) : null;
            if (!claim(walked, stored)) {
                return new DataOutcome.Overtaken();
            }
            Checkpoint from = checkpoints.read(run.session()).orElseThrow().checkpoint();
            return walk(walked, from);
        } catch (MigratorException e) {
            Problem problem = e.first();
            return new Failed(problem, problem.subject() + ": " + problem.description(), null, earlierWork(previous));
        }
    }

    /** Refused before it went on: that it has begun must stay written, or the next try would begin at the first row. */
    private static AppliedRecord.@Nullable Work earlierWork(@Nullable HistoryEntry previous) {
        if (previous == null || !isBegun(previous)) {
            return null;
        }
        String metadata = previous.metadata();
        return new AppliedRecord.Work(0, metadata == null ? JsonText.of(Map.of("recordsScanned", -1)) : metadata);
    }

    private DataOutcome walk(WalkedTable walked, Checkpoint from) throws SQLException {
        var work = subject.work(run, walked);
        Function<Throwable, String> describe = CodeFailure::headline;
        BatchEnd end = new BatchLoop(batches, walked, checkpoints, from, work, subject.plan(), describe).run();
        if (end instanceof BatchEnd.Done done) {
            DataOutcome outcome = succeed(done.checkpoint());
            if (outcome instanceof DataOutcome.Done && done.checkpoint().failed() > 0) {
                tellLeftOut(done.checkpoint().failed());
            }
            return outcome;
        } else if (end instanceof BatchEnd.Stopped stopped) {
            return ended("stopped", stopped.checkpoint(), asFailed(stopped.problem()));
        } else if (end instanceof BatchEnd.Cancelled cancelled) {
            return ended("cancelled", cancelled.checkpoint(), asFailed(cancelled()));
        } else if (end instanceof BatchEnd.Failed failed) {
            String place = work instanceof SqlBatchWork sql ? sql.place() : row.migration();
            return ended("failed", failed.checkpoint(), describe(failed, walked, place));
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

    private void createTables() throws SQLException {
        Session session = run.session();
        boolean there = session.queryOne(
                "SELECT pg_catalog.to_regclass(?) IS NOT NULL AND pg_catalog.to_regclass(?) IS NOT NULL",
                found -> found.getBoolean(1),
                table.names().batches(),
                table.names().failures());
        if (!there) {
            Message message = new Message();
            message.add("BEGIN");
            checkpoints.addCreate(message);
            message.add("COMMIT");
            run.sendOrThrow(message);
        }
    }

    /** A try that is not over: what was rolled back, reset or is repeated begins at the first row. */
    static boolean isResumed(@Nullable HistoryEntry previous) {
        return previous != null
                && (previous.state() == MigrationState.RUNNING || previous.state() == MigrationState.FAILED);
    }

    private static boolean isBegun(@Nullable HistoryEntry previous) {
        return previous != null
                && isResumed(previous)
                && (previous.state() == MigrationState.RUNNING || previous.metadata() != null);
    }

    private CheckpointTable.@Nullable Stored resumed(@Nullable HistoryEntry previous, WalkedTable walked)
            throws SQLException {
        CheckpointTable.Stored stored = checkpoints.read(run.session()).orElse(null);
        if (stored == null && isBegun(previous)) {
            throw changed("An earlier run has done some of its batches, and the checkpoint that says which is gone.");
        }
        if (stored != null
                && !(stored.table().equals(walked.name()) && stored.keyColumns().equals(walked.keyNames()))) {
            throw changed("An earlier run has walked over " + stored.table() + " by "
                    + String.join(", ", stored.keyColumns()) + ", and now it is " + walked.name() + " by "
                    + String.join(", ", walked.keyNames()) + ".");
        }
        return stored;
    }

    private MigratorException changed(String description) {
        return new MigratorException(Problem.error(
                ProblemCode.RESUME_CHANGED,
                row.migration(),
                description,
                "Restore it; or see to it that beginning again does no harm, and forget the try: reset "
                        + row.migration()));
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
            return verified instanceof Failed failed ? ended("failed", checkpoint, failed) : verified;
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
        run.sendOrThrow(message);
        return new Failed(failed.problem(), failed.brief(), failed.sqlState(), work(checkpoint));
    }

    static AppliedRecord.Work work(Checkpoint checkpoint) {
        Map<String, Object> metadata =
                Map.of("recordsScanned", checkpoint.scanned(), "recordsFailed", checkpoint.failed());
        return new AppliedRecord.Work(checkpoint.done(), JsonText.of(new TreeMap<>(metadata)));
    }

    private Failed asFailed(Problem problem) {
        return new Failed(problem, problem.subject() + ": " + problem.description(), null, null);
    }

    private Problem cancelled() {
        return Problem.error(
                ProblemCode.BATCH_CANCELLED,
                row.migration(),
                "A person has cancelled it; what its batches have done is done.",
                "To go on where it was: resume " + row.migration() + "; or never run it here: skip " + row.migration());
    }

    private Failed describe(BatchEnd.Failed failed, WalkedTable walked, String place) {
        Failed told = failure.thrown("the batch of " + walked.name() + " at key " + failed.page(), failed.thrown());
        String text = told.problem().description().replace(CodeFailure.ROLLED_BACK, "")
                + "This batch was rolled back; the " + failed.checkpoint().scanned()
                + " rows before it stay done"
                + (failed.checkpoint().failed() == 0
                        ? ""
                        : ", " + failed.checkpoint().failed() + " were left out")
                + ", and the next run goes on here.";
        Problem problem = Problem.error(
                ProblemCode.MIGRATION_FAILED,
                place,
                text,
                "Mend the row or the migration and start again; or allow that rows are left out: max-failures.");
        return new Failed(problem, told.brief(), failed.sqlState(), null);
    }
}
