package dev.migrator.history;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The log beside the history: who did what, when, and how it ended. Lines are added, never changed. */
public final class AuditLog {

    static final String ROLLBACK = "rollback";

    private static final String LINE = """
            INSERT INTO %s (migration_name, action, outcome, detail, checksum, actor, instance_id, run_id)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""";

    /** The newest first; a null name stands for all. */
    private static final String READ = """
            SELECT id, at, migration_name, action, outcome, detail, checksum, execution_time_ms, actor, instance_id, run_id
              FROM %s
             WHERE (?::pg_catalog.text IS NULL OR migration_name = ?)
             ORDER BY id DESC
             LIMIT ?""";

    /** The newest runs first; it never reads more than the newest lines of a log that grows for ever. */
    private static final String RUNS = """
            SELECT run_id, pg_catalog.min(at), pg_catalog.max(at),
                   coalesce(pg_catalog.string_agg(DISTINCT action, ', ') FILTER (WHERE action <> 'progress'), 'progress'),
                   CASE WHEN pg_catalog.count(DISTINCT migration_name) = 1 THEN pg_catalog.max(migration_name) END,
                   pg_catalog.count(*) FILTER (WHERE outcome = 'success'),
                   pg_catalog.count(*) FILTER (WHERE outcome = 'failed'),
                   coalesce(pg_catalog.sum(execution_time_ms), 0),
                   (pg_catalog.array_agg(actor ORDER BY id DESC))[1],
                   (pg_catalog.array_agg(instance_id ORDER BY id DESC))[1],
                   pg_catalog.left((pg_catalog.array_agg(detail ORDER BY id DESC))[1], 500)
              FROM (SELECT * FROM %s ORDER BY id DESC LIMIT 2000) AS newest
             GROUP BY run_id, CASE WHEN run_id IS NULL THEN id END
             ORDER BY pg_catalog.max(id) DESC
             LIMIT ?""";

    private final TableNames names;

    AuditLog(TableNames names) {
        this.names = names;
    }

    public void add(
            Message message,
            AppliedRecord.Run run,
            @Nullable String migration,
            String action,
            String outcome,
            @Nullable String detail,
            @Nullable String checksum) {
        message.add(String.format(
                Locale.ROOT,
                LINE,
                names.log(),
                Sql.literal(migration),
                Sql.literal(action),
                Sql.literal(outcome),
                Sql.literal(detail),
                Sql.literal(checksum),
                actor(run),
                Sql.literal(run.instanceId()),
                Sql.literal(run.runId())));
    }

    /** The expression for who did it: the operator where a person asked for it, and the role in any case. */
    static String actor(AppliedRecord.Run run) {
        AppliedRecord.Asked asked = run.asked();
        return asked == null ? "SESSION_USER" : Sql.literal(asked.operator() + " as ") + " || SESSION_USER";
    }

    /** Empty also where there is no log yet. */
    public List<LogEntry> read(Session session, @Nullable String migration, int limit) throws SQLException {
        String query = String.format(Locale.ROOT, READ, names.log());
        return whereThereIsOne(() -> session.query(query, AuditLog::entry, migration, migration, limit));
    }

    /** At most so many; empty also where there is no log yet. */
    public List<LoggedRun> runs(Session session, int limit) throws SQLException {
        String query = String.format(Locale.ROOT, RUNS, names.log());
        return whereThereIsOne(() -> session.query(query, AuditLog::run, limit));
    }

    private static LoggedRun run(ResultSet row) throws SQLException {
        return new LoggedRun(
                row.getString(1),
                row.getTimestamp(2).toInstant(),
                row.getTimestamp(3).toInstant(),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getString(9),
                row.getString(10),
                row.getString(11));
    }

    private interface Lines<T> {
        List<T> read() throws SQLException;
    }

    private static <T> List<T> whereThereIsOne(Lines<T> lines) throws SQLException {
        try {
            return lines.read();
        } catch (SQLException e) {
            if (SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                return List.of();
            }
            throw e;
        }
    }

    /** What this run has taken back. */
    public Set<String> rolledBackBy(Session session, AppliedRecord.Run run) throws SQLException {
        String query = "SELECT migration_name FROM " + names.log()
                + " WHERE run_id = ? AND action = ? AND outcome = 'success'";
        return new HashSet<>(
                whereThereIsOne(() -> session.query(query, row -> row.getString(1), run.runId(), ROLLBACK)));
    }

    private static LogEntry entry(ResultSet row) throws SQLException {
        Timestamp at = row.getTimestamp("at");
        return new LogEntry(
                row.getLong("id"),
                at.toInstant(),
                row.getString("migration_name"),
                row.getString("action"),
                row.getString("outcome"),
                row.getString("detail"),
                row.getString("checksum"),
                row.getObject("execution_time_ms", Long.class),
                row.getString("actor"),
                row.getString("instance_id"),
                row.getString("run_id"));
    }
}
