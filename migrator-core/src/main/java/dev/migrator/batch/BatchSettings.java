package dev.migrator.batch;

import dev.migrator.postgres.Message;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How considerate batched migrations are.
 *
 * @param target how long a batch should take
 * @param duty how much of the time they work; the rest is pauses between batches
 * @param statementTimeout for each statement of a batch
 * @param lockTimeout for each wait of a batch for a lock of others
 * @param maxReplicationLag they wait while a standby is further behind; null does not look
 * @param maxActiveSessions they wait while more sessions than these are busy; null does not look
 * @param maxBlockedSessions they wait while more sessions than these wait for locks; null does not look
 */
public record BatchSettings(
        Duration target,
        double duty,
        Duration statementTimeout,
        Duration lockTimeout,
        @Nullable Duration maxReplicationLag,
        @Nullable Integer maxActiveSessions,
        @Nullable Integer maxBlockedSessions) {

    public static final BatchSettings DEFAULTS = new BatchSettings(
            Duration.ofMillis(500),
            0.5,
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            null,
            10);

    public BatchSettings {
        if (!(duty > 0 && duty <= 1)) {
            throw new IllegalArgumentException("duty is more than 0 and at most 1, not " + duty);
        }
    }

    /** Without pauses and holds: for a database that nobody else uses meanwhile. */
    public BatchSettings inconsiderate() {
        return new BatchSettings(target, 1, statementTimeout, lockTimeout, null, null, null);
    }

    /** What the migration itself asks for; null leaves it as it is. */
    public BatchSettings withTimeouts(@Nullable Duration statement, @Nullable Duration lock) {
        return new BatchSettings(
                target,
                duty,
                statement == null ? statementTimeout : statement,
                lock == null ? lockTimeout : lock,
                maxReplicationLag,
                maxActiveSessions,
                maxBlockedSessions);
    }

    /** For the transaction that begins. */
    public void addTimeouts(Message message) {
        message.add("SET LOCAL statement_timeout = " + statementTimeout.toMillis());
        message.add("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
    }

    public BatchSettings withTarget(Duration time) {
        return new BatchSettings(
                time, duty, statementTimeout, lockTimeout, maxReplicationLag, maxActiveSessions, maxBlockedSessions);
    }
}
