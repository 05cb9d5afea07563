package dev.migrator.lock;

import dev.migrator.postgres.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Who holds the advisory lock of a key, by the server's own list. Needs nothing of the session. */
record AdvisoryKey(LockKey key) {

    private static final String HOLDER = """
            SELECT l.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr) AS address, a.state,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS connected,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - COALESCE(a.query_start, a.backend_start)) AS busy,
                   pg_catalog.concat_ws('/', a.pid, a.query_start, a.xact_start,
                       (SELECT pg_catalog.concat_ws('/', p.phase, p.blocks_done, p.tuples_done, p.lockers_done)
                          FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = l.pid)) AS mark,""" + AtWork.CONDITION + """
                   AS at_work
              FROM pg_catalog.pg_locks l
              LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
               AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
               AND l.classid = ?::pg_catalog.int8::pg_catalog.oid AND l.objid = ?::pg_catalog.int8::pg_catalog.oid""";

    private static final String HELD_BY_ME = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                   AND l.pid = pg_catalog.pg_backend_pid()
                   AND l.classid = ?::pg_catalog.int8::pg_catalog.oid AND l.objid = ?::pg_catalog.int8::pg_catalog.oid)""";

    boolean isHeldByMe(Session session) throws SQLException {
        return session.queryOne(HELD_BY_ME, row -> row.getBoolean(1), key.classId(), key.objectId());
    }

    boolean isHeldByAny(Session session) throws SQLException {
        return holder(session).isPresent();
    }

    Optional<LockHolder> holder(Session session) throws SQLException {
        return session.query(HOLDER, AdvisoryKey::readHolder, key.classId(), key.objectId()).stream()
                .findFirst();
    }

    private static LockHolder readHolder(ResultSet row) throws SQLException {
        return new LockHolder(
                row.getInt("pid"),
                LockHolder.orUnknown(row.getString("application_name")),
                LockHolder.orUnknown(row.getString("usename")),
                row.getString("address"),
                LockHolder.orUnknown(row.getString("state")),
                Duration.ofMillis((long) (row.getDouble("connected") * 1000)),
                Duration.ofMillis((long) (row.getDouble("busy") * 1000)),
                row.getString("mark"),
                row.getBoolean("at_work"));
    }
}
