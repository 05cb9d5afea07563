package dev.migrator.lock;

/** Which lock lets one node migrate at a time. */
public enum LockType {
    /** The advisory lock; behind a connection pooler, where no lock of a session would hold, the lease. */
    AUTO,
    /** A lock of the session, which dies with it. */
    ADVISORY,
    /** A row in {@code migration_locks} that its holder renews; it needs nothing of the session. */
    LEASE
}
