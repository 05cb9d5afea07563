package dev.migrator.lock;

import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One run at a time. Never waits: whoever wants to wait asks again, see {@link LockQueue}. */
public sealed interface MigrationLock permits AdvisoryLock, LeaseLock, BothLocks {

    /** Takes the lock for this session's run, or returns empty when another one has it, of whichever type. */
    Optional<HeldLock> tryAcquire(Session session) throws SQLException;

    /** Who has it now; empty when nobody has, or when the server does not tell. */
    Optional<LockHolder> holder(Session session) throws SQLException;

    /** Makes it seen, or not seen any more, that this session waits. */
    void showWaiting(Session session, boolean waiting) throws SQLException;

    /** Who waits for it. */
    List<LockWaiter> waiters(Session session) throws SQLException;
}
