package dev.migrator.lock;

import java.sql.SQLException;

/** A lock that this session has. It dies with the session; closing it gives it back earlier. */
public interface HeldLock extends AutoCloseable {

    /** Whether the server still knows that it is ours; a migration may have given it away. */
    boolean isHeld() throws SQLException;

    /** Gives it back. A second time is an error, and so is giving back what was lost. */
    @Override
    void close() throws SQLException;
}
