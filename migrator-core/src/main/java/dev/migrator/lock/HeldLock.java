package dev.migrator.lock;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lock that is ours. Closing it gives it back; without that it ends with its session, or with its lease. */
public sealed interface HeldLock extends AutoCloseable permits AdvisoryLock.Held, Lease, BothLocks.Held {

    /** The SQLSTATE that {@link #guard()} and {@link #tidy} fail with when the lock is not ours any more: a division by zero. */
    String LOST = "22012";

    /** Whether the server still knows that it is ours; a migration may have given it away. */
    boolean isHeld() throws SQLException;

    /**
     * A statement for every transaction that writes the history: it fails with {@link #LOST} when the lock has gone to
     * another one, and keeps it from going until the transaction ends. Null where a lost lock means a dead session, which
     * can't write anyway.
     */
    @Nullable
    String guard();

    /**
     * Statements for the end of a message: they give back what a migration locked and forgot, and fail with {@link #LOST}
     * if ours is gone.
     *
     * @param mayHoldOthers whether the migration may have taken advisory locks
     */
    List<String> tidy(boolean mayHoldOthers);

    /** Gives it back. A second time is an error, and so is giving back what was lost. */
    @Override
    void close() throws SQLException;
}
