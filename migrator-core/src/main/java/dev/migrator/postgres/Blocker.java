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
 * @param query what it runs, or ran last: on one line, shortened, without secrets; null where it is hidden
 */
public record Blocker(
        int pid,
        String user,
        String application,
        @Nullable String state,
        @Nullable Duration inStateFor,
        @Nullable Duration transactionOpenFor,
        @Nullable String query) {

    /** What ends the wait: cancelling a statement that runs, else ending the session. */
    public String hint() {
        return "active".equals(state)
                ? "SELECT pg_cancel_backend(" + pid + ");  -- ends its statement"
                : "SELECT pg_terminate_backend(" + pid + ");  -- ends its session";
    }

    /** Whether the server keeps from this role what the session does. */
    public boolean isHidden() {
        return state == null;
    }

    /** Without what changes from moment to moment. */
    public String who() {
        return "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user)
                + (state == null ? "" : ", " + state) + ")";
    }

    public String describe() {
        String who = "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user);
        if (isHidden()) {
            return who + "; what it does is shown to members of pg_read_all_stats only)";
        }
        return who + ", " + state + (inStateFor == null ? "" : " for " + inStateFor.toSeconds() + " s")
                + (transactionOpenFor == null ? "" : ", transaction open for " + transactionOpenFor.toSeconds() + " s")
                + ")" + (query == null ? "" : ": " + query);
    }
}
