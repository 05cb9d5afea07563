package dev.migrator.batch;

import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says when the database has something better to do. Looks at most once a second, between batches. */
final class Throttle {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** What a role may not see is null, and holds nobody up. */
    private static final String LOOK = """
            SELECT (SELECT EXTRACT(epoch FROM pg_catalog.max(replay_lag)) FROM pg_catalog.pg_stat_replication),
                   (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
                     WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()),
                   (SELECT pg_catalog.count(DISTINCT pid) FROM pg_catalog.pg_locks WHERE NOT granted)""";

    private final BatchSettings settings;
    private long lookedAt;
    private boolean looked;

    Throttle(BatchSettings settings) {
        this.settings = settings;
    }

    private record Load(double lagSeconds, long active, long blocked) {}

    /** Why it is better to wait, with what was found and what the limit is; null when it is not. */
    @Nullable
    String hold(Session session, boolean again) throws SQLException {
        long now = System.nanoTime();
        boolean looksAtAll = settings.maxReplicationLag() != null
                || settings.maxActiveSessions() != null
                || settings.maxBlockedSessions() != null;
        if (!looksAtAll || looked && !again && now - lookedAt < BETWEEN_LOOKS.toNanos()) {
            return null;
        }
        looked = true;
        lookedAt = now;
        return judge(session.queryOne(LOOK, row -> new Load(row.getDouble(1), row.getLong(2), row.getLong(3))));
    }

    private @Nullable String judge(Load load) {
        Duration lag = settings.maxReplicationLag();
        if (lag != null && load.lagSeconds() * 1000 > lag.toMillis()) {
            return String.format(
                    Locale.ROOT,
                    "a standby is %.1f s behind (limit %.1f s)",
                    load.lagSeconds(),
                    lag.toMillis() / 1000.0);
        }
        Integer active = settings.maxActiveSessions();
        if (active != null && load.active() > active) {
            return load.active() + " sessions are busy (limit " + active + ")";
        }
        Integer blocked = settings.maxBlockedSessions();
        return blocked != null && load.blocked() > blocked
                ? load.blocked() + " sessions wait for locks (limit " + blocked + ")"
                : null;
    }
}
