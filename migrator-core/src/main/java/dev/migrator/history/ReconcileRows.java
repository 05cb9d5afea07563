package dev.migrator.history;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was added for an expected schema, in the tracking table and its log; no migration ever has such a name. */
public final class ReconcileRows {

    static final String KIND = "reconcile";

    private static final String PREFIX = "reconcile: ";

    private static final String INSERT = """
            WITH written AS (
                INSERT INTO %1$s (migration_name, version, name, kind, checksum, status, applied_at, execution_time_ms,
                                  error_message, sql_state, metadata, instance_id, run_id)
                VALUES (%3$s, '', %4$s, 'reconcile', %5$s, %6$s, pg_catalog.clock_timestamp(), %7$s, %8$s, %9$s,
                        pg_catalog.jsonb_build_object('sql', %10$s), %11$s, %12$s)
                RETURNING migration_name, status, checksum, execution_time_ms, metadata, error_message, instance_id, run_id)
            INSERT INTO %2$s (migration_name, action, outcome, detail, checksum, execution_time_ms, actor,
                            instance_id, run_id)
            SELECT migration_name, 'reconcile', status, COALESCE(error_message || E'\\n', '') || (metadata ->> 'sql'),
                   checksum, execution_time_ms, %13$s, instance_id, run_id
              FROM written""";

    private static final String END = """
            WITH ended AS (
                UPDATE %1$s SET status = %3$s, applied_at = pg_catalog.clock_timestamp(), error_message = NULL,
                                sql_state = NULL, instance_id = %4$s, run_id = %5$s
                 WHERE migration_name = %6$s AND status <> %3$s
                RETURNING migration_name, status, checksum, metadata, instance_id, run_id)
            INSERT INTO %2$s (migration_name, action, outcome, detail, checksum, actor, instance_id, run_id)
            SELECT migration_name, 'reconcile', status, E'It was there when this run looked.\\n' || (metadata ->> 'sql'),
                   checksum, %7$s, instance_id, run_id
              FROM ended""";

    private final HistoryTable table;
    private final TableNames names;

    public ReconcileRows(HistoryTable table) {
        this.table = table;
        this.names = table.names();
    }

    /**
     * One thing that was done, or tried.
     *
     * @param subject what it was about
     * @param elapsed an expression of the server's, in milliseconds
     */
    public record Row(
            String subject,
            String sql,
            String checksum,
            MigrationState state,
            String elapsed,
            @Nullable String error,
            @Nullable String sqlState) {}

    /** Adds the statements; they belong into the transaction of what they tell of. A row of this subject is replaced. */
    public void add(Message message, Row row, AppliedRecord.Run run) {
        table.addGuard(message);
        message.add(
                "DELETE FROM " + names.history() + " WHERE migration_name = " + Sql.literal(PREFIX + row.subject()));
        message.add(String.format(
                Locale.ROOT,
                INSERT,
                names.history(),
                names.log(),
                Sql.literal(PREFIX + row.subject()),
                Sql.literal(row.subject()),
                Sql.literal(row.checksum()),
                Sql.literal(row.state().status()),
                row.elapsed(),
                Sql.literal(row.error()),
                Sql.literal(row.sqlState()),
                Sql.literal(row.sql()),
                Sql.literal(run.instanceId()),
                Sql.literal(run.runId()),
                AuditLog.actor(run)));
    }

    /**
     * Adds the end of what was begun and is there: the server has gone on with it for a lost node, or a person has made it.
     */
    public void addEnd(Message message, String subject, AppliedRecord.Run run) {
        table.addGuard(message);
        message.add(String.format(
                Locale.ROOT,
                END,
                names.history(),
                names.log(),
                Sql.literal(MigrationState.COMPLETED.status()),
                Sql.literal(run.instanceId()),
                Sql.literal(run.runId()),
                Sql.literal(PREFIX + subject),
                AuditLog.actor(run)));
    }

    /** The subjects that were begun but not finished. */
    public List<String> unfinished(Session session) throws SQLException {
        return session.query(
                "SELECT name FROM " + names.history() + " WHERE kind = ? AND status <> 'success'",
                row -> row.getString(1),
                KIND);
    }
}
