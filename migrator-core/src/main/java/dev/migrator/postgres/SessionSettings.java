package dev.migrator.postgres;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What our session asks of the server, whatever the role or the database has set.
 *
 * @param applicationName the first part of what {@code pg_stat_activity} shows
 * @param lockTimeout how long a statement may queue for a lock; zero is for ever
 * @param statementTimeout how long a statement may run; zero is for ever
 * @param schema where the tracking tables are and where migrations start; null is the connection's own schema
 */
public record SessionSettings(
        String applicationName,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        @Nullable String schema) {

    public static SessionSettings defaults() {
        return new SessionSettings("migrator", Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ZERO, null);
    }
}
