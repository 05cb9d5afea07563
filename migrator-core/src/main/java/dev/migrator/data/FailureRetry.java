package dev.migrator.data;

import dev.migrator.batch.BatchRun;
import dev.migrator.batch.BatchTransaction;
import dev.migrator.batch.Checkpoint;
import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.FailureTable;
import dev.migrator.batch.Key;
import dev.migrator.batch.Page;
import dev.migrator.batch.WalkedTable;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.Message;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.stop.LockLost;
import java.sql.SQLException;
import java.util.List;

/** Tries the rows again that a batched migration has left out, each in a transaction of its own. */
public final class FailureRetry {

    private final DataRun run;
    private final BatchRun batches;
    private final BatchSubject subject;
    private final HistoryTable table;
    private final CheckpointTable checkpoints;
    private final FailureTable failures;

    public FailureRetry(
            DataRun run, BatchRun batches, BatchSubject subject, HistoryTable table, AppliedRecord.Run who) {
        this.run = run;
        this.batches = batches;
        this.subject = subject;
        this.table = table;
        this.checkpoints = new CheckpointTable(table, subject.name().value(), who);
        this.failures = new FailureTable(table.names(), subject.name().value());
    }

    /**
     * What became of them.
     *
     * @param notTried because it was stopped before
     */
    public record Retried(int migrated, int stillFailing, int notTried) {

        public Retried(int migrated, int stillFailing) {
            this(migrated, stillFailing, 0);
        }

        /** For people. */
        public String text() {
            return migrated + " migrated, " + stillFailing + " fail still"
                    + (notTried == 0 ? "" : ", " + notTried + " not tried");
        }
    }

    public Retried run() throws SQLException {
        WalkedTable walked = subject.find(run);
        refuseOtherKeys(walked);
        BatchTransaction transaction = new BatchTransaction(batches, subject.work(run, walked));
        int migrated = 0;
        int failing = 0;
        List<Key> keys = failures.keys(run.session());
        boolean stopped = batches.stopped().get() != null;
        for (int i = 0; i < keys.size() && !stopped; i++) {
            Key key = keys.get(i);
            BatchTransaction.Ended ended = transaction.attempt(new Page(key, key, 1), (message, rows) -> {
                failures.addMended(message, key);
                checkpoints.addMended(message, rows);
                return -1;
            });
            if (ended.takenOver()) {
                throw new LockLost(subject.name().value());
            }
            Throwable thrown = ended.thrown();
            stopped = batches.stopped().get() != null;
            migrated += thrown == null ? 1 : 0;
            // what was cancelled says nothing of its row
            if (thrown != null && !stopped) {
                failing++;
                recordAgain(key, thrown);
            }
        }
        if (migrated > 0) {
            account();
        }
        return new Retried(migrated, failing, keys.size() - migrated - failing);
    }

    /** The same values as keys of another walk would be other rows. */
    private void refuseOtherKeys(WalkedTable walked) throws SQLException {
        CheckpointTable.Stored stored = checkpoints.read(run.session()).orElseThrow();
        if (!stored.isOf(walked)) {
            String name = subject.name().value();
            throw new MigratorException(Problem.error(
                    ProblemCode.RESUME_CHANGED,
                    name,
                    "The rows were left out of a walk over " + stored.walk() + ", and now it is " + walked.walk()
                            + ", in which the same keys mean other rows.",
                    "Restore table and key for the retry; or see to these rows by hand: failures " + name));
        }
    }

    private void recordAgain(Key key, Throwable thrown) throws SQLException {
        SQLException sql = CodeFailure.sqlOf(thrown);
        Message message = new Message();
        table.addGuard(message);
        failures.addFailure(
                message, key, sql == null ? null : sql.getSQLState(), SafeText.of(CodeFailure.headline(thrown)));
        run.sendOrThrow(message);
    }

    /** An applied migration's row in the history tells the new numbers. */
    private void account() throws SQLException {
        Checkpoint now = checkpoints.read(run.session()).orElseThrow().checkpoint();
        Message message = new Message();
        table.addWork(message, subject.name().value(), BatchExecution.work(now));
        run.sendOrThrow(message);
    }
}
