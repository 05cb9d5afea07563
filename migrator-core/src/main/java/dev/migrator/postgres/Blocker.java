package dev.migrator.postgres;

import dev.migrator.problem.SafeText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session that another one waits for, as far as the server shows it to this role.
 *
 * @param state of the session, for example {@code idle in transaction}; null where it is hidden
 * @param inStateFor how long it has been in this state, by the database's clock; null where it is hidden
 * @param transactionOpenFor how long its transaction has been open; null where it is hidden
 * @param query what it runs, or ran last: on one line, shortened, its literals masked; null where it is hidden
 * @param ofOwnService whether it is, by user, address and name, of the connection pool of the service that migrates
 */
public record Blocker(
        int pid,
        String user,
        String application,
        @Nullable String state,
        @Nullable Duration inStateFor,
        @Nullable Duration transactionOpenFor,
        @Nullable String query,
        boolean ofOwnService) {

    /** What the server gives as the process of a prepared transaction, which has none. */
    static final int PREPARED = 0;

    /** The server's own processes have no user. */
    static final String NOBODY = "unknown";

    /**
     * What ends the wait: cancelling a statement that runs, else ending the session or the prepared transaction. Null
     * where the server hides what the session does: nobody should end what he can't see.
     */
    public @Nullable String hint() {
        if (pid == PREPARED) {
            return "SELECT gid, prepared, owner FROM pg_prepared_xacts;  -- then ROLLBACK PREPARED 'its gid', or COMMIT"
                    + " PREPARED";
        }
        if (isHidden()) {
            return null;
        }
        return "active".equals(state)
                ? "SELECT pg_cancel_backend(" + pid + ");  -- ends its statement"
                : "SELECT pg_terminate_backend(" + pid + ");  -- ends its session";
    }

    /** Whether the server keeps from this role what the session does. */
    public boolean isHidden() {
        return state == null;
    }

    /** A process of the server itself, for example one that vacuums. */
    boolean isOfServer() {
        return user.equals(NOBODY);
    }

    /** Without what changes from moment to moment. */
    public String who() {
        return identity() + (state == null ? "" : ", " + state) + ")";
    }

    private String identity() {
        return "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user)
                + (ofOwnService ? ", by its address this service's own connection pool" : "");
    }

    public String describe() {
        String who = identity();
        if (isHidden()) {
            return who + "; what it does is shown to members of pg_read_all_stats only)";
        }
        return who + ", " + state + (inStateFor == null ? "" : " for " + inStateFor.toSeconds() + " s")
                + (transactionOpenFor == null ? "" : ", transaction open for " + transactionOpenFor.toSeconds() + " s")
                + ")" + (query == null ? "" : ": " + query);
    }
}
