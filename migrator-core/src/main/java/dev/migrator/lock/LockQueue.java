package dev.migrator.lock;

import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the lock by asking again and again, with growing, jittered pauses. The time-out counts only the time in which
 * the holder shows no progress: a long queue of migrations in good health is no reason to give up, and neither is one
 * statement that takes its time. How long that may go on, the run's own time-out says.
 */
public final class LockQueue {

    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 1_000;

    private final MigrationLock lock;
    private final Duration timeout;

    public LockQueue(MigrationLock lock, Duration timeout) {
        this.lock = lock;
        this.timeout = timeout;
    }

    /** What the waiting one looks at between two tries. */
    public interface Watch {

        /** Something that changes whenever the holder gets on; null when there is nothing left to wait for. */
        @Nullable
        String progress() throws SQLException;

        /** Called at each look at which the server tells who has the lock. */
        void waitingFor(LockHolder holder);

        /** Waits before the next try; what comes next is {@link #progress()}, which may end the wait. */
        default void pause(Duration pause) {
            sleep(pause);
        }
    }

    /** The lock; or empty when the watch says that it is not needed any more. */
    public Optional<HeldLock> acquire(Session session, Watch watch) throws SQLException {
        long lastProgress = System.nanoTime();
        String seen = "";
        for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
            Optional<HeldLock> held = lock.tryAcquire(session);
            if (held.isPresent()) {
                return pause > FIRST_PAUSE_MS ? afterWaiting(session, held.get()) : held;
            }
            if (pause == FIRST_PAUSE_MS) {
                lock.showWaiting(session, true);
            }
            String progress = watch.progress();
            if (progress == null) {
                return Optional.empty();
            }
            Optional<LockHolder> holder = lock.holder(session);
            String now = progress + holder.map(LockHolder::statementMark).orElse("");
            if (!now.equals(seen) || holder.filter(LockHolder::isAtWork).isPresent()) {
                seen = now;
                lastProgress = System.nanoTime();
            }
            holder.ifPresent(watch::waitingFor);
            Duration still = Duration.ofNanos(System.nanoTime() - lastProgress);
            if (still.compareTo(timeout) >= 0) {
                throw timedOut(holder);
            }
            watch.pause(
                    jittered(Math.min(pause, Math.max(1, timeout.minus(still).toMillis()))));
        }
    }

    /** A lock that nobody gets to know of would never be given back. */
    private Optional<HeldLock> afterWaiting(Session session, HeldLock held) throws SQLException {
        try {
            lock.showWaiting(session, false);
            return Optional.of(held);
        } catch (SQLException e) {
            UnderLock.giveBack(held, e);
            throw e;
        }
    }

    private MigratorException timedOut(Optional<LockHolder> holder) {
        String who = holder.map(LockHolder::describe).orElse("a session that the server does not show to this role");
        return new MigratorException(Problem.error(
                ProblemCode.LOCK_TIMEOUT,
                "migration lock",
                "Another session holds it" + waited() + ": " + who + ".",
                holder.map(LockHolder::advice)
                        .orElse("Wait, or raise migrator.lock.timeout (MIGRATION_LOCK_TIMEOUT).")));
    }

    private String waited() {
        return timeout.isZero()
                ? ", and this run does not wait"
                : " and has made no progress for " + timeout.toMillis() + " ms";
    }

    private static Duration jittered(long millis) {
        return Duration.ofMillis(
                Math.max(1, millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1)));
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigratorException(
                    Problem.error(
                            ProblemCode.INTERRUPTED,
                            "migration lock",
                            "The wait for the lock was interrupted.",
                            "Start again: nothing was changed."),
                    e);
        }
    }
}
