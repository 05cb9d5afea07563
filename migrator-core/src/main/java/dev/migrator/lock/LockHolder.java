package dev.migrator.lock;

import dev.migrator.problem.SafeText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock, as the server sees it.
 *
 * @param address the client's host, or null for a local socket
 * @param connectedFor by the database's clock
 * @param busyFor how long its current or last statement has been going, by the database's clock
 * @param statementMark changes with every statement that it starts: a sign of life
 */
public record LockHolder(
        int pid,
        String application,
        String user,
        @Nullable String address,
        String state,
        Duration connectedFor,
        Duration busyFor,
        String statementMark) {

    static final String UNKNOWN = "unknown";

    /** Whether the server keeps from this role what the session does. */
    public boolean isHidden() {
        return UNKNOWN.equals(state);
    }

    public String describe() {
        return "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user) + ", "
                + (address == null ? "local" : address) + ", " + state + ", connected for " + connectedFor.toSeconds()
                + " s, last statement " + busyFor.toSeconds() + " s ago)";
    }
}
