package dev.migrator.postgres;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What stands before and after each transaction of a migration that takes several messages.
 *
 * @param activity the statement that shows in {@code pg_stat_activity} what runs, for one transaction
 * @param lockTimeout how long its statements queue for a lock; null leaves it as the session has it
 */
public record TransactionFrame(
        Conduct conduct, String activity, @Nullable Duration lockTimeout) {

    public TransactionFrame(Conduct conduct, String activity) {
        this(conduct, activity, null);
    }

    public void addBegin(Message message) {
        message.add("BEGIN");
        conduct.addLocal(message);
        message.add(activity);
        if (lockTimeout != null) {
            message.add("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
        }
    }

    /**
     * After a COMMIT or ROLLBACK and in its message: a server process that a pooler has lent us goes back as it came. Only
     * there, because our own session is cleaned after the whole migration, and holds our lock.
     */
    public void addEnd(Message message) {
        if (conduct.isPooled()) {
            conduct.addCleanup(message);
            message.add("SELECT pg_catalog.pg_advisory_unlock_all()");
        }
    }

    /** Whatever is still open is rolled back. */
    public void rollBack(Session session) throws SQLException {
        if (session.isLost() || !session.inTransaction()) {
            return;
        }
        Message message = Message.of("ROLLBACK");
        addEnd(message);
        session.send(message).orThrow();
    }
}
