package dev.migrator.postgres;

import java.time.Duration;

/**
 * What our session asks of the server, whatever the role or the database has set.
 *
 * @param applicationName the first part of what {@code pg_stat_activity} shows
 * @param lockTimeout how long a statement may queue for a lock; zero is for ever
 * @param statementTimeout how long a statement may run; zero is for ever
 * @param pooled whether a pooler is known to stand in between; if not, it is looked for
 */
public record SessionSettings(
        String applicationName,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        boolean pooled) {

    public static SessionSettings defaults() {
        return new SessionSettings("migrator", Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ZERO, false);
    }

    SessionSettings withConnectTimeout(Duration limit) {
        return new SessionSettings(applicationName, limit, lockTimeout, statementTimeout, pooled);
    }
}
