package dev.migrator.lock;

import dev.migrator.problem.SafeText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock, as the server sees it.
 *
 * @param pid the server process of its session; 0 for the holder of a lease, which is not bound to a session
 * @param application what it says of itself, with the migration that it works on
 * @param user the role; for a lease, the instance that has it
 * @param address the client's host, or null for a local socket and for a lease
 * @param connectedFor by the database's clock; for a lease, since it was taken
 * @param busyFor how long its current or last statement has been going, by the database's clock; for a lease, since the
 *     last heartbeat
 * @param statementMark changes with every statement that it starts: a sign of life
 * @param isAtWork whether a statement of it runs and waits for nobody; false where the server hides it from this role
 */
public record LockHolder(
        int pid,
        String application,
        String user,
        @Nullable String address,
        String state,
        Duration connectedFor,
        Duration busyFor,
        String statementMark,
        boolean isAtWork) {

    static final String UNKNOWN = "unknown";

    static String orUnknown(@Nullable String text) {
        return text == null || text.isEmpty() ? UNKNOWN : text;
    }

    /** Whether the server keeps from this role what the session does. */
    public boolean isHidden() {
        return UNKNOWN.equals(state);
    }

    /** For how long a lease is held, silent, and still good. */
    record Since(Duration taken, Duration heartbeat, Duration remaining) {}

    static LockHolder ofLease(String owner, String application, Since since, String mark, boolean atWork) {
        return new LockHolder(
                0,
                application,
                owner,
                null,
                "lease for another " + since.remaining().toSeconds() + " s",
                since.taken(),
                since.heartbeat(),
                mark,
                atWork);
    }

    boolean isLease() {
        return pid == 0;
    }

    /** Tells one holder from the next. */
    public String identity() {
        return pid + "/" + user;
    }

    public String describe() {
        if (isLease()) {
            return "instance " + SafeText.line(user) + " (" + SafeText.line(application) + ", " + state + ", held for "
                    + connectedFor.toSeconds() + " s, last heartbeat " + busyFor.toSeconds() + " s ago)";
        }
        return "pid " + pid + " (" + SafeText.line(application) + ", user " + SafeText.line(user) + ", "
                + (address == null ? "local" : address) + ", " + state + ", connected for " + connectedFor.toSeconds()
                + " s, last statement " + busyFor.toSeconds() + " s ago)";
    }

    /** What an operator can do about a holder that does not get on. */
    String advice() {
        String wait = "wait, or raise migrator.lock.timeout (MIGRATION_LOCK_TIMEOUT).";
        return isLease()
                ? "If that process is dead, its lease ends by itself; otherwise " + wait
                : "If that session is dead: SELECT pg_terminate_backend(" + pid + "); otherwise " + wait;
    }
}
