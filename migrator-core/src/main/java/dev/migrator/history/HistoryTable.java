package dev.migrator.history;

import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the tracking table. What belongs into a migration's own transaction is given as statements, so that
 * they travel in its message; what does not is sent at once.
 */
public final class HistoryTable {

    /** Tables in our schema that are neither ours nor an extension's. */
    private static final String OTHER_TABLES = """
            SELECT c.relname
              FROM pg_catalog.pg_class c
             WHERE c.relnamespace = pg_catalog.to_regnamespace(?) AND c.relkind IN ('r', 'p')
               AND c.relname <> ALL (?::pg_catalog.text[])
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                                  AND d.deptype = 'e')
             ORDER BY c.relname
             LIMIT 5""";

    private final TableNames names;
    private final @Nullable String guard;
    private final FencedRows rows;

    public HistoryTable(TableNames names) {
        this(names, null);
    }

    private HistoryTable(TableNames names, @Nullable String guard) {
        this.names = names;
        this.guard = guard;
        this.rows = new FencedRows(names);
    }

    public TableNames names() {
        return names;
    }

    public AuditLog log() {
        return new AuditLog(names);
    }

    /** The same tables with their schema named, which a look without it found: migrations may change the search path. */
    public HistoryTable in(ServerFacts facts) {
        String current = facts.currentSchema();
        return names.schema() != null || current == null ? this : new HistoryTable(names.in(current));
    }

    /**
     * The same table, for writing under a lock that can be lost unnoticed: each transaction that writes begins its writing
     * with this statement, which fails if the lock is lost.
     */
    public HistoryTable guardedBy(@Nullable String statement) {
        return new HistoryTable(names, statement);
    }

    /** The statement that fails if the lock is lost; none where a lock can't be lost unnoticed. */
    public void addGuard(Message message) {
        if (guard != null) {
            message.add(guard);
        }
    }

    /** Whether the message failed at the guard: the lock is lost, and nothing of its transaction was done. */
    public boolean guardRefused(Message message, Answer answer) {
        return guard != null && !answer.isComplete() && message.is(answer.completed(), guard);
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
        new LayoutChange(this).make(session, history);
    }

    /** The first few tables that stand beside the history; what a database without any is to be migrated from scratch. */
    public List<String> otherTables(Session session) throws SQLException {
        return session.query(
                OTHER_TABLES, row -> row.getString(1), Sql.identifier(String.valueOf(names.schema())), (Object)
                        names.all().toArray(String[]::new));
    }

    /** How long the named migrations of this run took, by the server's clock. */
    public Map<String, Duration> durations(Session session, AppliedRecord.Run run, List<String> migrations)
            throws SQLException {
        Map<String, Duration> durations = new HashMap<>();
        session.query(
                "SELECT migration_name, execution_time_ms FROM " + names.history() + " WHERE run_id = ?"
                        + " AND migration_name IN (" + String.join(", ", literals(migrations)) + ")",
                row -> durations.put(row.getString(1), Duration.ofMillis(row.getLong(2))),
                run.runId());
        return durations;
    }

    private static List<String> literals(List<String> texts) {
        List<String> literals = new ArrayList<>(texts.size());
        for (String text : texts) {
            literals.add(Sql.literal(text));
        }
        return literals;
    }

    /** Statements that record success inside the migration's own transaction; the last one is the fence. */
    public void addSuccess(Message message, AppliedRecord row, String startedAt) {
        add(message, row, FencedRows.Outcome.success(startedAt));
    }

    /**
     * A statement that makes an applied migration pending again, inside the transaction of its way back; it is the fence.
     *
     * @param checksum of the way back
     */
    public void addRollback(
            Message message, HistoryEntry entry, AppliedRecord.Run run, @Nullable String checksum, String startedAt) {
        addGuard(message);
        message.add(rows.removal(entry, run, checksum, startedAt));
    }

    /** Records that a way back failed and was rolled back; the history's row stays as it is. */
    public void recordFailedRollback(
            Session session, String migration, AppliedRecord.Run run, String error, @Nullable String checksum)
            throws SQLException {
        String reason = run.reason();
        String detail = SafeText.of(reason == null ? error : error + "\nAsked for because: " + reason);
        Message message = new Message();
        addGuard(message);
        log().add(message, run, migration, AuditLog.ROLLBACK, "failed", detail, checksum);
        session.send(message).orThrow();
    }

    /** Statements that claim a migration, or note how far it has come, when it can't be one transaction. */
    public void addProgress(Message message, AppliedRecord row, Journal journal) {
        add(message, row, FencedRows.Outcome.progress(journal));
    }

    /** Statements that claim a migration of many transactions, which keeps its own account of how far it is. */
    public void addClaim(Message message, AppliedRecord row) {
        add(message, row, FencedRows.Outcome.progress(null));
    }

    /** What a retry of left-out rows has changed of an applied migration's account. */
    public void addWork(Message message, String migration, AppliedRecord.Work work) {
        addGuard(message);
        message.add("UPDATE " + names.history() + " SET records_processed = " + work.recordsProcessed()
                + ", metadata = " + Sql.literal(work.metadata()) + " WHERE migration_name = " + Sql.literal(migration)
                + " AND status = 'success'");
    }

    /** Records what failed, in a transaction of its own; never overwrites the success of another node. */
    public void recordFailure(
            Session session,
            AppliedRecord row,
            String error,
            @Nullable String sqlState,
            long millis,
            @Nullable Journal journal)
            throws SQLException {
        Message message = Message.of("BEGIN");
        add(message, row, FencedRows.Outcome.failure(error, sqlState, millis, journal));
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
        add(message, row, FencedRows.Outcome.mark(state, action, why));
    }

    /** Upgrades the stored checksum of a row that is otherwise left as it is. */
    public void addChecksum(Message message, HistoryEntry entry, String checksum) {
        addGuard(message);
        message.add(
                "UPDATE " + names.history() + " SET checksum = " + Sql.literal(checksum) + " WHERE id = " + entry.id());
    }

    /** Forgets a row that the caller saw. */
    public void addRemoval(Message message, HistoryEntry entry) {
        addGuard(message);
        message.add("DELETE FROM " + names.history() + " WHERE id = " + entry.id());
    }

    /** The row of a file that was renamed. */
    public void addRename(Message message, HistoryEntry entry, MigrationName name) {
        addGuard(message);
        message.add("UPDATE " + names.history() + " SET migration_name = " + Sql.literal(name.value()) + ", version = "
                + Sql.literal(name.version()) + ", name = " + Sql.literal(name.title()) + " WHERE id = " + entry.id());
    }

    /** Whether the answer means that another node has written, or removed, this migration's row: the fence held. */
    public boolean refusesSecond(Answer answer) {
        return rows.refuseSecond(answer);
    }

    private void add(Message message, AppliedRecord row, FencedRows.Outcome outcome) {
        addGuard(message);
        rows.add(message, row, outcome);
    }
}
