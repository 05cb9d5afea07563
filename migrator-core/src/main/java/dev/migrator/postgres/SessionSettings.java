package dev.migrator.postgres;

import java.time.Duration;

/**
 * What our session asks of the server, whatever the role or the database has set.
 *
 * @param applicationName the first part of what {@code pg_stat_activity} shows
 * @param lockTimeout how long a statement may queue for a lock; zero is for ever
 * @param statementTimeout how long a statement may run; zero is for ever
 */
public record SessionSettings(
        String applicationName, Duration connectTimeout, Duration lockTimeout, Duration statementTimeout) {

    public static SessionSettings defaults() {
        return new SessionSettings("migrator", Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ZERO);
    }
}
