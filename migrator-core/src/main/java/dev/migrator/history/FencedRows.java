package dev.migrator.history;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.SafeText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * The statements of which one node succeeds where two try, and how the other one knows itself: a migration's row comes and
 * goes as one statement with its line in the log. For a row the fence is its unique name, for a removal that the log takes
 * no line without an action.
 */
final class FencedRows {

    private static final String INSERT = """
            WITH written AS (
                INSERT INTO %s (migration_name, version, name, kind, checksum, status, applied_at, execution_time_ms,
                                error_message, sql_state, attempts, statements_done, records_processed, metadata,
                                instance_id, run_id)
                VALUES (""";

    private static final String AND_LOG = """
            )
                RETURNING migration_name, status, error_message, checksum, execution_time_ms, instance_id, run_id)
            INSERT INTO %s (migration_name, action, outcome, detail, checksum, execution_time_ms, actor,
                            instance_id, run_id)
            SELECT migration_name,\s""";

    /** If another node has removed the row meanwhile there is nothing to count, and the line lacks its action. */
    private static final String REMOVE_AND_LOG = """
            WITH removed AS (DELETE FROM %s WHERE id = %d AND COALESCE(status, 'success') NOT IN ('failed', 'running')
                             RETURNING id)
            INSERT INTO %s (migration_name, action, outcome, detail, checksum, execution_time_ms, actor, instance_id, run_id)
            SELECT %s, CASE WHEN pg_catalog.count(*) = 1 THEN %s END, 'success', %s, %s, %s, %s, %s, %s FROM removed""";

    private final TableNames names;
    private final String insert;
    private final String andLog;

    FencedRows(TableNames names) {
        this.names = names;
        this.insert = String.format(Locale.ROOT, INSERT, names.history());
        this.andLog = String.format(Locale.ROOT, AND_LOG, names.log());
    }

    /** What is written of a try; {@code elapsed} is an expression, the rest are values. */
    record Outcome(
            MigrationState state,
            String elapsed,
            @Nullable String error,
            @Nullable String sqlState,
            @Nullable Journal journal,
            String action) {

        static Outcome success(String startedAt) {
            return new Outcome(MigrationState.COMPLETED, millisSince(startedAt), null, null, null, "migrate");
        }

        static Outcome progress(@Nullable Journal journal) {
            return new Outcome(MigrationState.RUNNING, "NULL", null, null, journal, "progress");
        }

        static Outcome failure(String error, @Nullable String sqlState, long millis, @Nullable Journal journal) {
            String elapsed = Long.toString(millis);
            return new Outcome(MigrationState.FAILED, elapsed, SafeText.of(error), sqlState, journal, "migrate");
        }

        /** Of a migration that was not run. */
        static Outcome mark(MigrationState state, String action, @Nullable String why) {
            return new Outcome(state, "0", why, null, null, action);
        }
    }

    /** Replaces exactly the row that the plan saw, or one of this run. */
    void add(Message message, AppliedRecord row, Outcome outcome) {
        if (row.replaces() != null) {
            message.add("DELETE FROM " + names.history() + " WHERE migration_name = " + Sql.literal(row.migration())
                    + " AND (id = " + row.replaces() + " OR run_id = "
                    + Sql.literal(row.run().runId()) + " AND status <> 'success')");
        }
        Journal journal = outcome.journal();
        AppliedRecord.Work work = row.work();
        // joined, not formatted: this is written for every migration of a fresh JVM
        message.add(insert
                + String.join(
                        ", ",
                        Sql.literal(row.migration()),
                        Sql.literal(row.version()),
                        Sql.literal(row.title()),
                        Sql.literal(row.kind()),
                        Sql.literal(row.checksum()),
                        Sql.literal(outcome.state().status()),
                        "pg_catalog.clock_timestamp()",
                        outcome.elapsed(),
                        Sql.literal(outcome.error()),
                        Sql.literal(outcome.sqlState()),
                        Integer.toString(row.attempt()),
                        journal == null ? "NULL" : Integer.toString(journal.statementsDone()),
                        work == null ? "NULL" : Long.toString(work.recordsProcessed()),
                        Sql.literal(work != null ? work.metadata() : journal == null ? null : journal.json()),
                        Sql.literal(row.run().instanceId()),
                        Sql.literal(row.run().runId()))
                + andLog
                + Sql.literal(outcome.action())
                + ", status, COALESCE(error_message, " + Sql.literal(row.run().reason())
                + "), checksum, execution_time_ms, " + AuditLog.actor(row.run())
                + ", instance_id, run_id FROM written");
    }

    /**
     * Removes the row that the plan saw.
     *
     * @param checksum of the way back
     */
    String removal(HistoryEntry entry, AppliedRecord.Run run, @Nullable String checksum, String startedAt) {
        return String.format(
                Locale.ROOT,
                REMOVE_AND_LOG,
                names.history(),
                entry.id(),
                names.log(),
                Sql.literal(entry.migration()),
                Sql.literal(AuditLog.ROLLBACK),
                Sql.literal(run.reason()),
                Sql.literal(checksum),
                millisSince(startedAt),
                AuditLog.actor(run),
                Sql.literal(run.instanceId()),
                Sql.literal(run.runId()));
    }

    private static String millisSince(String startedAt) {
        return "(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - " + startedAt + ") * 1000)::pg_catalog.int8";
    }

    boolean refuseSecond(Answer answer) {
        ServerErrorMessage refused = answer.serverMessage();
        return refused != null
                && (names.schema() == null || names.schema().equals(refused.getSchema()))
                && (isSecondRow(answer, refused) || isSecondRemoval(answer, refused));
    }

    private boolean isSecondRemoval(Answer answer, ServerErrorMessage refused) {
        return SqlState.NOT_NULL_VIOLATION.equals(answer.sqlState())
                && (names.table() + "_log").equals(refused.getTable())
                && "action".equals(refused.getColumn());
    }

    private boolean isSecondRow(Answer answer, ServerErrorMessage refused) {
        return SqlState.UNIQUE_VIOLATION.equals(answer.sqlState())
                && names.table().equals(refused.getTable())
                && String.valueOf(refused.getDetail()).contains("(migration_name)=");
    }
}
