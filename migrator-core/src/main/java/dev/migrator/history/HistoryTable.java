package dev.migrator.history;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the tracking table. What belongs into a migration's own transaction is given as statements, so that
 * they travel in its message; what does not is sent at once.
 */
public final class HistoryTable {

    private static final String INSERT = """
            WITH written AS (
                INSERT INTO %1$s (migration_name, version, name, kind, checksum, status, applied_at, execution_time_ms,
                                  error_message, sql_state, attempts, statements_done, instance_id, run_id)
                VALUES (%3$s, %4$s, %5$s, %6$s, %7$s, %8$s, pg_catalog.clock_timestamp(), %9$s,
                        %10$s, %11$s, %12$s, %13$s, %14$s, %15$s)
                RETURNING migration_name, status, error_message, checksum, execution_time_ms, instance_id, run_id)
            INSERT INTO %2$s (migration_name, action, outcome, detail, checksum, execution_time_ms, instance_id, run_id)
            SELECT migration_name, %16$s, status, error_message, checksum, execution_time_ms, instance_id, run_id
              FROM written""";

    private static final String LOG = """
            INSERT INTO %s (migration_name, action, outcome, detail, checksum, instance_id, run_id)
            VALUES (%s, %s, %s, %s, %s, %s, %s)""";

    private final TableNames names;

    public HistoryTable(TableNames names) {
        this.names = names;
    }

    public TableNames names() {
        return names;
    }

    /** Everything a start needs to know, in one query. */
    public History read(Session session) throws SQLException {
        return new HistoryReader(names).read(session);
    }

    /**
     * Creates the tables, or makes adopted ones ours, in one transaction. Two nodes may race: the second one finds the
     * first one's table and is content.
     */
    public void prepare(Session session, History history) throws SQLException {
        if (history.shape() == TableShape.OURS) {
            return;
        }
        boolean missing = history.shape() == TableShape.MISSING;
        Answer answer = session.send(missing ? Layout.create(names) : Layout.upgrade(names));
        SQLException error = answer.error();
        if (error == null) {
            return;
        }
        if (session.inTransaction()) {
            session.execute("ROLLBACK");
        }
        if (read(session).shape() != TableShape.OURS) {
            throw explain(error, history.facts());
        }
    }

    private MigratorException explain(SQLException error, ServerFacts facts) throws MigratorException {
        String state = String.valueOf(error.getSQLState());
        String message = SafeText.line(String.valueOf(error.getMessage()));
        Problem problem = switch (state) {
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                Problem.error(
                        ProblemCode.NO_PRIVILEGE,
                        names.display(),
                        "Role " + facts.user() + " may not create the tracking tables: " + message,
                        "GRANT USAGE, CREATE ON SCHEMA "
                                + Sql.identifier(String.valueOf(names.schema())) + " TO "
                                + Sql.identifier(facts.user()) + ";");
            case SqlState.READ_ONLY_TRANSACTION ->
                Problem.error(
                        ProblemCode.READ_ONLY,
                        facts.database(),
                        "The database is read-only: " + message,
                        "Point migrator.url to the primary server.");
            default ->
                Problem.error(
                        ProblemCode.HISTORY_SHAPE,
                        names.display(),
                        "The tracking tables can't be created or upgraded: " + message + " (SQLSTATE " + state + ")",
                        "Nothing was changed. Mend the cause and start again.");
        };
        return new MigratorException(problem, error);
    }

    /** Statements that record success inside the migration's own transaction; the last one is the fence. */
    public void addSuccess(Message message, AppliedRecord row, String startedAt, @Nullable Integer statementsDone) {
        addDelete(message, row);
        String elapsed =
                "(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - " + startedAt + ") * 1000)::pg_catalog.int8";
        message.add(insert(row, MigrationState.COMPLETED, elapsed, null, null, statementsDone, "migrate"));
    }

    /** Statements that claim a migration, or note how far it has come, when it can't be one transaction. */
    public void addProgress(Message message, AppliedRecord row, int statementsDone) {
        addDelete(message, row);
        message.add(insert(row, MigrationState.RUNNING, "NULL", null, null, statementsDone, "progress"));
    }

    /** Records what failed, in a transaction of its own; never overwrites the success of another node. */
    public void recordFailure(
            Session session,
            AppliedRecord row,
            String error,
            @Nullable String sqlState,
            long millis,
            @Nullable Integer statementsDone)
            throws SQLException {
        Message message = new Message();
        message.add("BEGIN");
        addDelete(message, row);
        message.add(insert(
                row,
                MigrationState.FAILED,
                Long.toString(millis),
                SafeText.of(error),
                sqlState,
                statementsDone,
                "migrate"));
        message.add("COMMIT");
        SQLException refused = session.send(message).error();
        if (refused != null) {
            if (session.inTransaction()) {
                session.execute("ROLLBACK");
            }
            if (!SqlState.UNIQUE_VIOLATION.equals(refused.getSQLState())) {
                throw refused;
            }
        }
    }

    /** Marks a migration that was not run: baseline, skip. */
    public void addMark(Message message, AppliedRecord row, MigrationState state, String action, @Nullable String why) {
        addDelete(message, row);
        message.add(insert(row, state, "0", why, null, null, action));
    }

    public void addLog(
            Message message,
            AppliedRecord.Run run,
            @Nullable String migration,
            String action,
            String outcome,
            @Nullable String detail,
            @Nullable String checksum) {
        message.add(LOG.formatted(
                names.log(),
                Sql.literal(migration),
                Sql.literal(action),
                Sql.literal(outcome),
                Sql.literal(detail),
                Sql.literal(checksum),
                Sql.literal(run.instanceId()),
                Sql.literal(run.runId())));
    }

    /** Upgrades the stored checksum of a row that is otherwise left as it is. */
    public void addChecksum(Message message, HistoryEntry entry, String checksum) {
        message.add(
                "UPDATE " + names.history() + " SET checksum = " + Sql.literal(checksum) + " WHERE id = " + entry.id());
    }

    private void addDelete(Message message, AppliedRecord row) {
        if (row.replaces() != null) {
            message.add("DELETE FROM " + names.history() + " WHERE migration_name = " + Sql.literal(row.migration())
                    + " AND (id = " + row.replaces() + " OR run_id = "
                    + Sql.literal(row.run().runId()) + " AND status <> 'success')");
        }
    }

    private String insert(
            AppliedRecord row,
            MigrationState state,
            String elapsed,
            @Nullable String error,
            @Nullable String sqlState,
            @Nullable Integer statementsDone,
            String action) {
        return INSERT.formatted(
                names.history(),
                names.log(),
                Sql.literal(row.migration()),
                Sql.literal(row.version()),
                Sql.literal(row.title()),
                Sql.literal(row.kind()),
                Sql.literal(row.checksum()),
                Sql.literal(state.status()),
                elapsed,
                Sql.literal(error),
                Sql.literal(sqlState),
                row.attempt(),
                statementsDone == null ? "NULL" : statementsDone,
                Sql.literal(row.run().instanceId()),
                Sql.literal(row.run().runId()),
                Sql.literal(action));
    }
}
