package dev.migrator.stop;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.io.IOException;
import java.io.Reader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another thread end a run. What the run sends for a migration goes through {@link #send}, so that a cancel request
 * reaches just that: the server gets it only while such a message is on its way, and never while the failure is being
 * recorded or the lock given back.
 */
public final class Cancellation implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cancellation.class);

    /** The server may not have begun with the message when the first request comes, and forgets it then. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    /** How long the server may take to answer before the connection is cut. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Thread owner = Thread.currentThread();
    private final Object change = new Object();
    private @Nullable Session session;
    private @Nullable String reason;
    private boolean sending;
    private boolean closed;

    /** The session of the run; null while there is none. */
    public void guard(@Nullable Session current) {
        synchronized (change) {
            session = current;
        }
    }

    public boolean isRequested() {
        synchronized (change) {
            return reason != null;
        }
    }

    public Problem problem(String subject) {
        synchronized (change) {
            return Problem.error(
                    ProblemCode.INTERRUPTED,
                    subject,
                    "The run was interrupted: cancelled " + SafeText.line(String.valueOf(reason))
                            + ". What was not finished is rolled back.",
                    "Start again when you want it to go on: what was applied is recorded.");
        }
    }

    public void refuseIfRequested(String subject) {
        if (isRequested()) {
            throw new MigratorException(problem(subject));
        }
    }

    /** Sends a message that may be cancelled. After a request nothing is sent: the answer is that of a cancelled one. */
    public Answer send(Session to, Message message) {
        if (!begin()) {
            return new Answer(0, 0, List.of(), refusal(), false);
        }
        try {
            return to.send(message);
        } finally {
            end();
        }
    }

    /** Like {@link #send} for the rows of a COPY. */
    public void copyIn(Session to, String statement, Reader rows) throws SQLException, IOException {
        if (!begin()) {
            throw refusal();
        }
        try {
            to.copyIn(statement, rows);
        } finally {
            end();
        }
    }

    /** What speaks to the session by itself. */
    @FunctionalInterface
    public interface Work<T> {
        @Nullable
        T now() throws Exception;
    }

    /** Runs code that speaks to the session by itself: a request reaches whatever statement it is at. */
    public <T> @Nullable T during(Work<T> work) throws Exception {
        if (!begin()) {
            throw refusal();
        }
        try {
            return work.now();
        } finally {
            end();
        }
    }

    private static SQLException refusal() {
        return new SQLException("the run was cancelled before this was sent", SqlState.QUERY_CANCELED);
    }

    private boolean begin() {
        synchronized (change) {
            sending = reason == null;
            return sending;
        }
    }

    private void end() {
        synchronized (change) {
            sending = false;
        }
    }

    /**
     * Waits, on the run's own thread. Returns false when a request ended the wait; an interrupt ends the run, and stays
     * set for the caller.
     */
    public boolean pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        try {
            synchronized (change) {
                for (long left = pause.toNanos(); left > 0 && reason == null; left = end - System.nanoTime()) {
                    change.wait(left / 1_000_000 + 1);
                }
                return reason == null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigratorException(
                    Problem.error(
                            ProblemCode.INTERRUPTED,
                            "migration run",
                            "The run was interrupted while it waited.",
                            "Nothing is left half done; start again."),
                    e);
        }
    }

    /**
     * Asks the run to end and waits until it has, for no longer than {@code patience}; on the run's own thread it does
     * not wait.
     *
     * @return whether the run has ended
     */
    public boolean request(String why, Duration patience) {
        long startedAt = System.nanoTime();
        try {
            synchronized (change) {
                reason = reason == null ? why : reason;
                change.notifyAll();
                boolean cut = false;
                while (!closed && Thread.currentThread() != owner) {
                    Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
                    if (elapsed.compareTo(patience) >= 0) {
                        return false;
                    }
                    if (!cut && elapsed.compareTo(GRACE) >= 0) {
                        cut = true;
                        abort();
                    }
                    cancelStatement();
                    change.wait(AGAIN.toMillis());
                }
                return closed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void cancelStatement() {
        if (sending && session != null) {
            try {
                session.cancel();
            } catch (SQLException e) {
                log.warn("The running statement could not be cancelled; trying again", e);
            }
        }
    }

    private void abort() {
        if (session != null) {
            try {
                session.abort();
            } catch (SQLException e) {
                log.warn("The connection of a cancelled run could not be cut", e);
            }
        }
    }

    /** The run has ended. */
    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            session = null;
            change.notifyAll();
        }
    }
}
