package dev.migrator.lock;

import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One run at a time. Never waits: whoever wants to wait asks again, see {@link LockQueue}. */
public interface MigrationLock {

    /** Takes the lock for this session, or returns empty when another one has it. */
    Optional<HeldLock> tryAcquire(Session session) throws SQLException;

    /** Who has it now; empty when nobody has, or when the server does not tell. */
    Optional<LockHolder> holder(Session session) throws SQLException;

    /** Makes it seen, or not seen any more, that this session waits. */
    default void showWaiting(Session session, boolean waiting) throws SQLException {
        // a lock whose waiters are seen anyway has nothing to do
    }

    /** Who waits for it. */
    default List<LockWaiter> waiters(Session session) throws SQLException {
        return List.of();
    }
}
