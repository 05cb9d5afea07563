package dev.migrator.batch;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.Progress;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.problem.Problem;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Walks from the checkpoint to the last key, a transaction a batch. Each batch moves the checkpoint in its own
 * transaction: whatever happens to the process, a row is either behind it and done, or before it and untouched.
 */
public final class BatchLoop {

    private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(2);
    private static final Duration BETWEEN_HOLDS = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int TRIES_OF_ONE_ROW = 5;
    private static final int TRIES_OF_A_LOOK = 8;

    private final BatchRun run;
    private final WalkedTable table;
    private final CheckpointTable checkpoints;
    private final FailureTable failures;
    private final BatchTransaction transaction;
    private final BatchSize size;
    private final long maxFailures;
    private final Function<Throwable, String> describe;
    private final Throttle throttle;
    private long startedAt = System.nanoTime();
    private long toldAt = startedAt;
    private long heldAt = startedAt;
    private Checkpoint checkpoint;
    private long scannedBefore;
    private int triesOfOneRow;

    /** @param describe what is written of a row that fails: without data */
    public BatchLoop(
            BatchRun run,
            WalkedTable table,
            CheckpointTable checkpoints,
            Checkpoint from,
            BatchWork work,
            BatchPlan plan,
            Function<Throwable, String> describe) {
        this.run = run;
        this.table = table;
        this.checkpoints = checkpoints;
        this.failures = new FailureTable(run.table().names(), run.migration().value());
        this.checkpoint = from;
        this.scannedBefore = from.scanned();
        this.transaction = new BatchTransaction(run, work);
        this.size = new BatchSize(plan.size(), plan.firstSize(), run.settings().target());
        this.maxFailures = plan.maxFailures();
        this.describe = describe;
        this.throttle = new Throttle(run.settings());
    }

    /**
     * How large batches are and how much may go wrong.
     *
     * @param size null lets it adapt, from {@code firstSize} on
     */
    public record BatchPlan(@Nullable Integer size, int firstSize, long maxFailures) {}

    public BatchEnd run() throws SQLException {
        Key upper = checkpoint.upper();
        while (upper != null) {
            BatchEnd end = waitIfWanted();
            if (end != null) {
                return end;
            }
            Page page = look(upper);
            if (page == null) {
                break;
            }
            end = batch(page);
            if (end != null) {
                return end;
            }
        }
        return new BatchEnd.Done(checkpoint);
    }

    /** Somebody may have locked the whole table: his turn is waited for outside of the queue. */
    private @Nullable Page look(Key upper) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return table.next(run.session(), checkpoint.cursor(), upper, size.next());
            } catch (SQLException e) {
                boolean again = tries < TRIES_OF_A_LOOK && BatchFailure.of(e).isTooMuch();
                if (!again || !run.cancellation().pause(Duration.ofMillis(50L << tries))) {
                    throw e;
                }
            }
        }
    }

    /** Waits while somebody or something wants it to. Returns the end when it is not to go on at all. */
    private @Nullable BatchEnd waitIfWanted() throws SQLException {
        String told = null;
        for (boolean again = false; ; again = true) {
            Problem stop = run.stopped().get();
            if (stop != null) {
                return new BatchEnd.Stopped(checkpoint, stop);
            }
            Optional<Wanted> wanted = checkpoints.wanted(run.session());
            if (wanted.isEmpty()) {
                return new BatchEnd.TakenOver(checkpoint);
            }
            if (wanted.get() == Wanted.CANCEL) {
                return new BatchEnd.Cancelled(checkpoint);
            }
            String hold = wanted.get() == Wanted.PAUSE
                    ? Progress.PAUSED + "; to go on: resume " + run.migration().value()
                    : throttle.hold(run.session(), again);
            if (hold == null) {
                if (told != null) {
                    goOn(told);
                }
                return null;
            }
            told = wait(hold, told);
        }
    }

    /** Who looks at its row sees that it is alive. Of a pause only the begin is written: its rate counts up to there. */
    private String wait(String hold, @Nullable String told) throws SQLException {
        long now = System.nanoTime();
        boolean isLate = !Progress.isPause(hold) && now - heldAt >= BETWEEN_EVENTS.toNanos();
        if (!hold.equals(told) || isLate) {
            heldAt = now;
            checkpoints.hold(run.session(), hold);
        }
        boolean isAnother = told == null || Progress.isPause(hold) != Progress.isPause(told);
        // a number in it may change at each look
        if (isAnother || !hold.equals(told) && now - toldAt >= BETWEEN_HOLDS.toNanos()) {
            tell(null, hold);
        }
        run.cancellation().pause(BETWEEN_LOOKS);
        return hold;
    }

    /** How long a person has paused it says nothing of its rate; how busy the database is does. */
    private void goOn(String hold) throws SQLException {
        if (!Progress.isPause(hold)) {
            checkpoints.hold(run.session(), null);
            return;
        }
        checkpoints.goOn(run.session());
        startedAt = System.nanoTime();
        scannedBefore = checkpoint.scanned();
    }

    /** Returns the end when there is nothing more to do after it. */
    private @Nullable BatchEnd batch(Page page) throws SQLException {
        long began = System.nanoTime();
        run.listeners().on(new MigrationEvent.BatchStarted(run.runId(), run.migration()));
        BatchTransaction.Ended ended = transaction.attempt(
                page,
                (message, migrated) ->
                        checkpoints.addMove(message, checkpoint, checkpoint.moved(page, migrated), size.current()));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        boolean committed = !ended.takenOver() && ended.thrown() == null;
        run.listeners()
                .on(new MigrationEvent.BatchEnded(run.runId(), run.migration(), page.rows(), committed, elapsed));
        if (ended.takenOver()) {
            return new BatchEnd.TakenOver(checkpoint);
        }
        if (ended.thrown() != null) {
            return failed(page, BatchFailure.of(ended.thrown()));
        }
        checkpoint = checkpoint.moved(page, ended.migrated());
        triesOfOneRow = 0;
        size.done(page.rows(), elapsed);
        tellNowAndThen(page);
        rest(elapsed);
        return null;
    }

    private @Nullable BatchEnd failed(Page page, BatchFailure failure) throws SQLException {
        Problem stop = run.stopped().get();
        if (stop != null) {
            return new BatchEnd.Stopped(checkpoint, stop);
        }
        if (failure.isTooMuch() && (page.rows() > 1 || ++triesOfOneRow < TRIES_OF_ONE_ROW)) {
            if (page.rows() > 1) {
                size.tooMuch(page.rows());
            }
            run.cancellation().pause(Duration.ofMillis(50L << triesOfOneRow));
            return null;
        }
        if (!failure.isTooMuch() && failure.isSameForAllRows()) {
            return new BatchEnd.Failed(checkpoint, page, failure.sqlState(), failure.thrown());
        }
        if (page.rows() > 1) {
            size.divide(page.rows());
            return null;
        }
        triesOfOneRow = 0;
        return leaveOut(page, failure);
    }

    private @Nullable BatchEnd leaveOut(Page page, BatchFailure failure) throws SQLException {
        if (checkpoint.failed() >= maxFailures) {
            return new BatchEnd.Failed(checkpoint, page, failure.sqlState(), failure.thrown());
        }
        Checkpoint next = checkpoint.leftOut(page);
        Message message = new Message();
        message.add("BEGIN");
        failures.addFailure(message, page.first(), failure.sqlState(), SafeText.of(describe.apply(failure.thrown())));
        int fence = checkpoints.addMove(message, checkpoint, next, size.current());
        message.add("COMMIT");
        Answer answer = run.session().send(message);
        SQLException error = answer.error();
        if (error != null) {
            if (!answer.lostConnection()) {
                run.session().execute("ROLLBACK");
            }
            if (transaction.isTakenOver(message, answer, fence)) {
                return new BatchEnd.TakenOver(checkpoint);
            }
            throw error;
        }
        checkpoint = next;
        size.leftOut();
        tellNowAndThen(page);
        return null;
    }

    private void tellNowAndThen(Page page) {
        if (System.nanoTime() - toldAt >= BETWEEN_EVENTS.toNanos()) {
            tell(page, null);
        }
    }

    private void tell(@Nullable Page page, @Nullable String hold) {
        toldAt = System.nanoTime();
        Progress progress = Progress.of(
                        checkpoint.scanned(),
                        scannedBefore,
                        checkpoint.estimated(),
                        Duration.ofNanos(toldAt - startedAt))
                .at(page == null ? null : page.toString(), checkpoint.failed())
                .holding(hold);
        run.listeners().on(new MigrationEvent.MigrationProgressed(run.runId(), run.migration(), progress));
    }

    /** Works only for its share of the time. */
    private void rest(Duration elapsed) {
        double duty = run.settings().duty();
        if (duty < 1) {
            long millis = (long) (elapsed.toMillis() * (1 / duty - 1));
            long bounded = Math.min(LONGEST_PAUSE.toMillis(), Math.max(LEAST_PAUSE.toMillis(), millis));
            run.cancellation().pause(Duration.ofMillis(bounded));
        }
    }
}
