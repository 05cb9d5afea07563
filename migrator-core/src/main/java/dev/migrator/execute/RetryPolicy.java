package dev.migrator.execute;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often, and after which pauses, something is tried again. There is never a last try without limits.
 *
 * @param attempts how many tries in all
 * @param first the pause after the first failure; it doubles
 * @param longest what a pause never exceeds
 * @param jitter whether a pause is drawn between nothing and its length, so that nodes do not march in step
 * @param total after how long in all nothing is tried again, or null
 */
public record RetryPolicy(
        int attempts,
        Duration first,
        Duration longest,
        boolean jitter,
        @Nullable Duration total) {

    public RetryPolicy(int attempts, Duration first, Duration longest, boolean jitter) {
        this(attempts, first, longest, jitter, null);
    }

    /** For locks that others hold and deadlocks with them: short pauses at first. */
    public static RetryPolicy forLocks() {
        return new RetryPolicy(20, Duration.ofMillis(50), Duration.ofSeconds(30), true, Duration.ofMinutes(10));
    }

    /** For a server that is away: {@code retries} more tries, always after the same pause. */
    public static RetryPolicy forConnection(int retries, Duration delay) {
        return new RetryPolicy(retries + 1, delay, delay, false);
    }

    public RetryPolicy withRetries(int retries) {
        return new RetryPolicy(retries + 1, first, longest, jitter, total);
    }

    public boolean allows(int attemptsSoFar) {
        return attemptsSoFar < attempts;
    }

    boolean allows(int attemptsSoFar, Duration elapsed) {
        return allows(attemptsSoFar) && (total == null || elapsed.compareTo(total) < 0);
    }

    public Duration pauseAfter(int attemptsSoFar) {
        long doubled = first.toMillis() << Math.min(attemptsSoFar - 1, 20);
        long bounded = Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(jitter ? ThreadLocalRandom.current().nextLong(bounded + 1) : bounded);
    }
}
