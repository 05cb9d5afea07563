package dev.migrator.batch;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One batch as one transaction: the work, and what is written of it. */
public final class BatchTransaction {

    /** What a fence fails with when the checkpoint is another run's: division by zero. */
    private static final String NOT_OURS = "22012";

    /** Most batches take a tenth of this: whoever stops the run gets the batch that is under way, too. */
    private static final Duration END_OF_A_BATCH = Duration.ofSeconds(5);

    private final BatchRun run;
    private final BatchWork work;

    public BatchTransaction(BatchRun run, BatchWork work) {
        this.run = run;
        this.work = work;
    }

    /**
     * How it ended.
     *
     * @param migrated rows, when it was committed
     * @param takenOver the fence held: the checkpoint is another run's
     * @param thrown why it was rolled back, or null
     */
    public record Ended(
            long migrated, boolean takenOver, @Nullable Throwable thrown) {}

    /** Adds what is written of the batch, and returns the index of the statement that is its fence, or -1. */
    @FunctionalInterface
    public interface Account {
        int add(Message message, long migrated);
    }

    /** A lost connection is thrown; everything else is told. */
    public Ended attempt(Page page, Account account) throws SQLException {
        run.cancellation().spare(END_OF_A_BATCH);
        try {
            begin();
            long migrated = work.migrate(page);
            return commit(migrated, account);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            refuseLost(e);
            return new Ended(0, false, e);
        } finally {
            run.cancellation().spare(Duration.ZERO);
            end();
        }
    }

    private void begin() throws SQLException {
        Message message = new Message();
        run.frame().addBegin(message);
        run.settings().addTimeouts(message);
        run.send(message);
        work.begin();
    }

    private Ended commit(long migrated, Account account) throws SQLException {
        Message message = new Message();
        message.add("RESET SESSION AUTHORIZATION");
        message.add("RESET ROLE");
        int fence = account.add(message, migrated);
        int commit = message.add("COMMIT");
        run.frame().addEnd(message);
        Answer answer = run.session().send(message);
        SQLException error = answer.error();
        if (error == null || answer.completed() > commit && !answer.lostConnection()) {
            return new Ended(migrated, false, null);
        }
        if (isTakenOver(message, answer, fence)) {
            return new Ended(0, true, null);
        }
        throw error;
    }

    /** Whether the checkpoint is another run's, or the lock is lost, so that it may be at any moment. */
    boolean isTakenOver(Message message, Answer answer, int fence) {
        return run.table().guardRefused(message, answer)
                || answer.completed() == fence && NOT_OURS.equals(answer.sqlState());
    }

    /** Whatever is still open is rolled back. */
    private void end() throws SQLException {
        run.frame().rollBack(run.session());
        work.end();
    }

    private void refuseLost(Throwable thrown) throws SQLException {
        if (run.session().isLost()) {
            SQLException sql = SqlState.exceptionIn(thrown);
            throw sql != null && SqlState.isConnectionTrouble(sql)
                    ? sql
                    : new SQLException("the connection was lost during a batch", "08006", thrown);
        }
    }
}
