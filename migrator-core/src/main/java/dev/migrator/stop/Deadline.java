package dev.migrator.stop;

import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the whole run. When the time is over it asks the server to cancel what runs; if no answer comes, it cuts the
 * connection. The thread exists only where a time-out is set.
 */
public final class Deadline implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Deadline.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final @Nullable Duration timeout;
    private final long startedAt = System.nanoTime();
    private final @Nullable Thread thread;
    private final Object change = new Object();
    private @Nullable Session session;
    private boolean closed;

    public Deadline(@Nullable Duration timeout) {
        this.timeout = timeout;
        this.thread = timeout == null ? null : new Thread(this::watch, "migrator-deadline");
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    public boolean isOver() {
        return timeout != null && System.nanoTime() - startedAt >= timeout.toNanos();
    }

    public Problem problem(String subject) {
        return Problem.error(
                ProblemCode.RUN_TIMEOUT,
                subject,
                "The run was stopped after " + (timeout == null ? 0 : timeout.toMillis())
                        + " ms; what was not finished is rolled back.",
                "Raise migrator.timeout (MIGRATION_TIMEOUT), or make the migration shorter.");
    }

    /** The session to cut when the time is over; null while there is none. */
    public void guard(@Nullable Session current) {
        synchronized (change) {
            session = current;
            change.notifyAll();
        }
    }

    /** Whether a session is open. */
    public boolean isGuarding() {
        synchronized (change) {
            return session != null;
        }
    }

    private void watch() {
        try {
            synchronized (change) {
                awaitOver(Duration.ZERO);
                cancel();
                awaitOver(GRACE);
                abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitOver(Duration extra) throws InterruptedException {
        long end = startedAt + (timeout == null ? 0 : timeout.toNanos()) + extra.toNanos();
        while (!closed || session == null) {
            long left = end - System.nanoTime();
            if (closed || left <= 0 && session != null) {
                return;
            }
            if (left > 0) {
                change.wait(left / 1_000_000 + 1);
            } else {
                change.wait();
            }
        }
    }

    private void cancel() {
        if (!closed && session != null) {
            try {
                session.cancel();
            } catch (SQLException e) {
                log.warn("The running statement could not be cancelled at the end of its time", e);
            }
        }
    }

    private void abort() {
        if (!closed && session != null) {
            try {
                session.abort();
            } catch (SQLException e) {
                log.warn("The connection could not be cut at the end of its time", e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            change.notifyAll();
        }
    }
}
