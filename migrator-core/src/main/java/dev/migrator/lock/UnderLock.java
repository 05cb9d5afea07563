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
            boolean lost = !(e instanceof LockLost) && isLost(held, e);
            // also with a session that is gone: a lease would be renewed on and on, and its own run wait for it
            giveBack(held, e);
            if (lost) {
                LockLost reason = new LockLost(subject);
                reason.addSuppressed(e);
                throw reason;
            }
            throw e;
        }
        held.close();
        return done;
    }

    private static boolean isLost(HeldLock held, Exception first) {
        try {
            return !held.isHeld();
        } catch (SQLException e) {
            first.addSuppressed(e);
            return false;
        }
    }

    static void giveBack(HeldLock held, Exception first) {
        try {
            held.close();
        } catch (SQLException | IllegalStateException e) {
            first.addSuppressed(e);
        }
    }
}
