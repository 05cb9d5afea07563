package dev.migrator.lock;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A session-level advisory lock. It is only ever tried, in autocommit: a session that waits in {@code pg_advisory_lock},
 * or holds the lock in an open transaction, keeps a snapshot that a concurrent index build of the holder waits for.
 */
public final class AdvisoryLock implements MigrationLock {

    /** The SQLSTATE that {@link #tidy()} fails with when the lock is not held any more: division by zero. */
    public static final String LOST = "22012";

    private static final String HOLDER = """
            SELECT l.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr) AS address, a.state,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS connected,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - COALESCE(a.query_start, a.backend_start)) AS busy,
                   pg_catalog.concat_ws('/', a.pid, a.query_start, a.xact_start) AS mark
              FROM pg_catalog.pg_locks l
              LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
               AND l.classid = ?::pg_catalog.int8::pg_catalog.oid AND l.objid = ?::pg_catalog.int8::pg_catalog.oid""";

    /** Waiting sessions try and pause in turns, so {@code pg_locks} does not have them: they say it themselves. */
    private static final String WAITERS = """
            SELECT a.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr) AS address,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS connected
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = pg_catalog.current_database() AND pg_catalog.starts_with(a.application_name, ?)
             ORDER BY a.pid""";

    private static final String OURS = "migrator: ";

    private static final String HELD_BY_ME = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                   AND l.pid = pg_catalog.pg_backend_pid()
                   AND l.classid = ?::pg_catalog.int8::pg_catalog.oid AND l.objid = ?::pg_catalog.int8::pg_catalog.oid)""";

    /** Gives back what a migration locked and forgot; divides by zero when ours is not there any more. */
    private static final String TIDY = """
            SELECT 1 / pg_catalog.count(*) FILTER (WHERE mine),
                   pg_catalog.count(*) FILTER (WHERE NOT mine AND CASE
                       WHEN objsubid = 1 AND mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(big)
                       WHEN objsubid = 1 THEN pg_catalog.pg_advisory_unlock_shared(big)
                       WHEN mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(upper_half, lower_half)
                       ELSE pg_catalog.pg_advisory_unlock_shared(upper_half, lower_half) END)
              FROM (SELECT objsubid, mode, (classid::pg_catalog.int8 << 32) | objid::pg_catalog.int8 AS big,
                           classid::pg_catalog.int4 AS upper_half, objid::pg_catalog.int4 AS lower_half,
                           objsubid = 1 AND classid = %d::pg_catalog.oid AND objid = %d::pg_catalog.oid AS mine
                      FROM pg_catalog.pg_locks
                     WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()) held""";

    private final LockKey key;

    public AdvisoryLock(LockKey key) {
        this.key = key;
    }

    @Override
    public Optional<HeldLock> tryAcquire(Session session) throws SQLException {
        boolean taken =
                session.queryOne("SELECT pg_catalog.pg_try_advisory_lock(?)", row -> row.getBoolean(1), key.value());
        return taken ? Optional.of(new Held(session, key)) : Optional.empty();
    }

    /**
     * A statement for the end of a message: gives back every other advisory lock of the session, and fails with {@link
     * #LOST} if ours is gone.
     */
    public String tidy() {
        return String.format(Locale.ROOT, TIDY, key.classId(), key.objectId());
    }

    @Override
    public Optional<LockHolder> holder(Session session) throws SQLException {
        return session.query(HOLDER, AdvisoryLock::readHolder, key.classId(), key.objectId()).stream()
                .findFirst();
    }

    @Override
    public void showWaiting(Session session, boolean waiting) throws SQLException {
        String application = session.settings().applicationName();
        String service = application.startsWith(OURS) ? application.substring(OURS.length()) : application;
        session.execute(
                waiting ? "SET application_name = " + Sql.literal(waitingName() + service) : "RESET application_name");
    }

    @Override
    public List<LockWaiter> waiters(Session session) throws SQLException {
        return session.query(WAITERS, this::readWaiter, waitingName());
    }

    private String waitingName() {
        return String.format(Locale.ROOT, "migrator waiting %016x: ", key.value());
    }

    private LockWaiter readWaiter(ResultSet row) throws SQLException {
        double seconds = row.getDouble("connected");
        Duration connected = row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
        return new LockWaiter(
                row.getInt("pid"),
                row.getString("application_name").substring(waitingName().length()),
                orUnknown(row.getString("usename")),
                row.getString("address"),
                connected);
    }

    private static LockHolder readHolder(ResultSet row) throws SQLException {
        return new LockHolder(
                row.getInt("pid"),
                orUnknown(row.getString("application_name")),
                orUnknown(row.getString("usename")),
                row.getString("address"),
                orUnknown(row.getString("state")),
                Duration.ofMillis((long) (row.getDouble("connected") * 1000)),
                Duration.ofMillis((long) (row.getDouble("busy") * 1000)),
                row.getString("mark"));
    }

    private static String orUnknown(String text) {
        return text == null || text.isEmpty() ? LockHolder.UNKNOWN : text;
    }

    private static final class Held implements HeldLock {

        private final Session session;
        private final LockKey key;
        private boolean closed;

        Held(Session session, LockKey key) {
            this.session = session;
            this.key = key;
        }

        @Override
        public boolean isHeld() throws SQLException {
            return !closed && session.queryOne(HELD_BY_ME, row -> row.getBoolean(1), key.classId(), key.objectId());
        }

        @Override
        public void close() throws SQLException {
            if (closed) {
                throw new IllegalStateException(this + " was given back before");
            }
            closed = true;
            boolean given =
                    session.queryOne("SELECT pg_catalog.pg_advisory_unlock(?)", row -> row.getBoolean(1), key.value());
            if (!given) {
                throw new IllegalStateException(this + " was lost before it was given back");
            }
        }

        @Override
        public String toString() {
            return "the advisory lock " + key.value() + " of pid " + session.backendPid();
        }
    }
}
