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
