package dev.migrator.lock;

import dev.migrator.problem.SafeText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session that waits for the migration lock.
 *
 * @param application the service that it works for
 * @param address the client's host, or null for a local socket
 * @param connectedFor by the database's clock; null where the server hides it from this role
 */
public record LockWaiter(
        int pid,
        String application,
        String user,
        @Nullable String address,
        @Nullable Duration connectedFor) {

    public String describe() {
        return "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user)
                + (address == null ? "" : ", " + address)
                + (connectedFor == null ? "" : ", connected for " + connectedFor.toSeconds() + " s") + ")";
    }
}
