package dev.migrator.lock;

import dev.migrator.stop.LockLost;
import java.sql.SQLException;

/** What is done while the lock is held. */
public final class UnderLock {

    private UnderLock() {}

    /** The work. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws SQLException, E;
    }

    /**
     * Gives the lock back at the end, whatever happens: nobody is to wait for the end of a lease.
     *
     * @throws LockLost where the lock was lost, which is the reason for whatever failed
     */
    public static <T, E extends Exception> T run(HeldLock held, String subject, Work<T, E> work)
            throws SQLException, E {
        T done;
        try {
            done = work.run();
        } catch (Exception e) {
            LockLost lost = null;
            try {
                lost = e instanceof LockLost || held.isHeld() ? null : new LockLost(subject);
                held.close();
            } catch (SQLException | IllegalStateException second) {
                e.addSuppressed(second);
            }
            if (lost != null) {
                lost.addSuppressed(e);
                throw lost;
            }
            throw e;
        }
        held.close();
        return done;
    }
}
