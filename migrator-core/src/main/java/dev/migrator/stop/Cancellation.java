package dev.migrator.stop;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.io.IOException;
import java.io.Reader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another thread end a run: a request, or the end of its time; an interrupt in a pause is the same. What the run
 * sends for a migration goes through {@link #send}, so that a cancel request reaches just that: the server gets it only
 * while such a message is on its way, and never while the failure is being recorded or the lock given back.
 */
public final class Cancellation implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cancellation.class);

    /** The server may not have begun with the message when the first request comes, and forgets it then. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    /** Without a session nothing has to be rolled back, and a connect that hangs can't be ended from here. */
    private static final Duration WITHOUT_SESSION = Duration.ofSeconds(1);

    /** How long the server may take to answer before the connection is cut. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Thread owner = Thread.currentThread();
    private final Object change = new Object();
    private @Nullable Session session;
    private @Nullable StopReason reason;
    private Duration spared = Duration.ZERO;
    private boolean sending;
    private boolean signalling;
    private boolean cut;
    private boolean closed;

    /** The session of the run; null while there is none. */
    public void guard(@Nullable Session current) {
        synchronized (change) {
            session = current;
            cut = false;
        }
    }

    /** Whether a session is open. */
    public boolean isGuarding() {
        synchronized (change) {
            return session != null;
        }
    }

    public boolean isRequested() {
        synchronized (change) {
            return reason != null;
        }
    }

    public Problem problem(String subject) {
        return problem(subject, "What was applied until then is recorded.");
    }

    /** @param outcome what became of the subject */
    public Problem problem(String subject, String outcome) {
        synchronized (change) {
            return Objects.requireNonNull(reason, "nobody has asked the run to end")
                    .problem(subject, outcome);
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
            return new Answer(0, 0, false, refusal(), false);
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

    /** What is sent from now on may end by itself for so long after a request, before the server is asked to cancel it. */
    public void spare(Duration time) {
        synchronized (change) {
            spared = time;
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

    /** A request that is on its way must have arrived before anything else is sent: it would stop that. */
    private void end() {
        boolean interrupted = false;
        synchronized (change) {
            sending = false;
            while (signalling) {
                try {
                    change.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits, on the run's own thread. Returns false when a request ended the wait; an interrupt is one too, and stays set
     * for the caller.
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
            stop(StopReason.interrupted());
            return false;
        }
    }

    private void stop(StopReason why) {
        synchronized (change) {
            reason = reason == null ? why : reason;
            change.notifyAll();
        }
    }

    /** The time is over: returns when the run has ended. */
    void overtime(Duration timeout) {
        request(StopReason.overtime(timeout), FOREVER);
    }

    /**
     * Asks the run to end and waits until it has, for no longer than {@code patience}; on the run's own thread it does
     * not wait, and for one that has no connection yet hardly.
     *
     * @return whether the run has ended
     */
    public boolean request(String why, Duration patience) {
        return request(StopReason.cancelled(why), patience);
    }

    private boolean request(StopReason why, Duration patience) {
        long startedAt = System.nanoTime();
        stop(why);
        try {
            while (Thread.currentThread() != owner) {
                Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
                if (elapsed.compareTo(patience) >= 0 || isVain(elapsed)) {
                    break;
                }
                if (elapsed.compareTo(GRACE) >= 0) {
                    abort();
                }
                if (elapsed.compareTo(spared()) >= 0) {
                    cancelStatement();
                }
                synchronized (change) {
                    if (closed) {
                        return true;
                    }
                    change.wait(AGAIN.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (change) {
            return closed;
        }
    }

    private Duration spared() {
        synchronized (change) {
            return spared;
        }
    }

    private boolean isVain(Duration elapsed) {
        synchronized (change) {
            return session == null && elapsed.compareTo(WITHOUT_SESSION) >= 0;
        }
    }

    /** Outside of the monitor, which the run needs: a network that swallows the request makes only its thread wait. */
    private void cancelStatement() {
        Session running = beginSignal();
        if (running == null) {
            return;
        }
        try {
            running.cancel();
        } catch (SQLException e) {
            log.warn("The running statement could not be cancelled yet; trying again: {}", e.getMessage());
        } finally {
            synchronized (change) {
                signalling = false;
                change.notifyAll();
            }
        }
    }

    private @Nullable Session beginSignal() {
        synchronized (change) {
            if (!sending || signalling || cut || session == null || session.isLost()) {
                return null;
            }
            signalling = true;
            return session;
        }
    }

    private void abort() {
        Session silent;
        synchronized (change) {
            silent = cut ? null : session;
            cut = true;
        }
        if (silent != null) {
            try {
                silent.abort();
            } catch (SQLException e) {
                log.warn("The connection of a stopped run could not be cut", e);
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
