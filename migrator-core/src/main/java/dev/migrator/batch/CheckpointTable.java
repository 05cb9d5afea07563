package dev.migrator.batch;

import dev.migrator.event.Progress;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code schema_migration_batches}. Whoever takes one over writes its run into it; from then on nobody else's
 * batch can commit, because each batch moves the row in its own transaction and only that run may.
 */
public final class CheckpointTable {

    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS %s (
                migration_name pg_catalog.text PRIMARY KEY,
                status         pg_catalog.text NOT NULL,
                wanted         pg_catalog.text NOT NULL DEFAULT 'run',
                table_name     pg_catalog.text NOT NULL,
                key_columns    pg_catalog.text[] NOT NULL,
                upper_key      pg_catalog.text[],
                cursor_key     pg_catalog.text[],
                rows_estimated pg_catalog.int8 NOT NULL,
                rows_scanned   pg_catalog.int8 NOT NULL DEFAULT 0,
                rows_done      pg_catalog.int8 NOT NULL DEFAULT 0,
                rows_failed    pg_catalog.int8 NOT NULL DEFAULT 0,
                batch_size     pg_catalog.int4,
                hold           pg_catalog.text,
                started_at     pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                resumed_at     pg_catalog.timestamptz,
                rows_before    pg_catalog.int8 NOT NULL DEFAULT 0,
                updated_at     pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                finished_at    pg_catalog.timestamptz,
                instance_id    pg_catalog.text NOT NULL,
                run_id         pg_catalog.text NOT NULL
            )""";

    /** What tables of an older release lack. */
    private static final String ADD_COLUMNS = """
            ALTER TABLE %s ADD COLUMN IF NOT EXISTS resumed_at pg_catalog.timestamptz,
                           ADD COLUMN IF NOT EXISTS rows_before pg_catalog.int8 NOT NULL DEFAULT 0""";

    private static final String IS_COMPLETE = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
                            WHERE attrelid = pg_catalog.to_regclass(?) AND attname = 'rows_before' AND NOT attisdropped)
                   AND pg_catalog.to_regclass(?) IS NOT NULL""";

    /** The rate is counted from here on: time in which nobody worked is not in it. */
    private static final String COUNTED_FROM_NOW =
            "hold = NULL, resumed_at = pg_catalog.clock_timestamp(), rows_before = rows_scanned";

    private static final String PAUSED = "pg_catalog.starts_with(hold, " + Sql.literal(Progress.PAUSED) + ")";

    private final HistoryTable history;
    private final String table;
    private final String migration;
    private final AppliedRecord.Run run;

    /** @param history what is written has its guard */
    public CheckpointTable(HistoryTable history, String migration, AppliedRecord.Run run) {
        this.history = history;
        this.table = history.names().batches();
        this.migration = migration;
        this.run = run;
    }

    /** Whether the tables of batched migrations are there, and as we need them. */
    public boolean isThere(Session session) throws SQLException {
        return session.queryOne(
                IS_COMPLETE, row -> row.getBoolean(1), table, history.names().failures());
    }

    /** Statements that make the tables of batched migrations, where they are missing. */
    public void addCreate(Message message) {
        history.addGuard(message);
        message.add(CREATE.replace("%s", table));
        message.add(ADD_COLUMNS.replace("%s", table));
        message.add(FailureTable.create(history.names()));
    }

    /** A row that is there, with what it walks over. */
    public record Stored(String table, List<String> keyColumns, Checkpoint checkpoint) {

        /** Its keys mean the rows of this walk. */
        public boolean isOf(WalkedTable walked) {
            return table.equals(walked.name()) && keyColumns.equals(walked.keyNames());
        }

        /** What it walks over, for people. */
        public String walk() {
            return table + " by " + String.join(", ", keyColumns);
        }
    }

    public Optional<Stored> read(Session session) throws SQLException {
        return session
                .query(
                        "SELECT table_name, key_columns, upper_key, cursor_key, rows_scanned, rows_done, rows_failed,"
                                + " rows_estimated FROM " + table + " WHERE migration_name = ?",
                        CheckpointTable::stored,
                        migration)
                .stream()
                .findFirst();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        Checkpoint checkpoint = new Checkpoint(
                key(row.getArray(3)),
                key(row.getArray(4)),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8));
        return new Stored(row.getString(1), List.of((String[]) row.getArray(2).getArray()), checkpoint);
    }

    private static @Nullable Key key(@Nullable Array array) throws SQLException {
        return array == null ? null : new Key(List.of((String[]) array.getArray()));
    }

    /** The next try begins at the first row. */
    public void addForget(Message message) {
        message.add("DELETE FROM " + table + " WHERE migration_name = " + Sql.literal(migration));
    }

    /** It is this one's now. */
    public void addRename(Message message, String former) {
        message.add("UPDATE " + table + " SET migration_name = " + Sql.literal(migration) + " WHERE migration_name = "
                + Sql.literal(former));
    }

    /** Begins from the first row: whatever an earlier life of the migration has left is forgotten. */
    public void addFresh(Message message, WalkedTable walked, @Nullable Key upper, long estimated) {
        addForget(message);
        message.add("INSERT INTO " + table
                + " (migration_name, status, table_name, key_columns, upper_key, rows_estimated, instance_id, run_id)"
                + " VALUES (" + Sql.literal(migration) + ", 'running', " + Sql.literal(walked.name()) + ", "
                + new Key(walked.keyNames()).array() + ", " + (upper == null ? "NULL" : upper.array()) + ", "
                + estimated + ", " + Sql.literal(run.instanceId()) + ", " + Sql.literal(run.runId()) + ")");
    }

    /** Goes on where another run was. It waits for a batch of that run that is about to commit. */
    public void addTakeOver(Message message) {
        message.add("UPDATE " + table + " SET status = 'running', " + COUNTED_FROM_NOW
                + ", finished_at = NULL, instance_id = "
                + Sql.literal(run.instanceId()) + ", run_id = " + Sql.literal(run.runId())
                + ", updated_at = pg_catalog.clock_timestamp() WHERE migration_name = " + Sql.literal(migration));
    }

    /**
     * Moves the row, in the transaction of the batch; its last statement fails with division by zero when the row is another
     * run's now. Returns that statement's index.
     */
    int addMove(Message message, Checkpoint from, Checkpoint to, int batchSize) {
        Key cursor = from.cursor();
        Key next = to.cursor();
        history.addGuard(message);
        return message.add("WITH moved AS (UPDATE " + table + " SET cursor_key = "
                + (next == null ? "NULL" : next.array()) + ", rows_scanned = " + to.scanned() + ", rows_done = "
                + to.done() + ", rows_failed = " + to.failed() + ", batch_size = " + batchSize
                + ", updated_at = pg_catalog.clock_timestamp()" + mine()
                + " AND cursor_key IS NOT DISTINCT FROM "
                + (cursor == null ? "NULL::pg_catalog.text[]" : cursor.array())
                + " RETURNING 1) SELECT 1 / pg_catalog.count(*) FROM moved");
    }

    /** Says that it is over, one way or another; of another run's row nothing is changed. */
    public void addEnd(Message message, String status) {
        history.addGuard(message);
        message.add("UPDATE " + table + " SET status = " + Sql.literal(status)
                + ", hold = NULL, updated_at = pg_catalog.clock_timestamp(), finished_at = pg_catalog.clock_timestamp()"
                + mine());
    }

    /** A row that had been left out is migrated now. */
    public void addMended(Message message, long migrated) {
        history.addGuard(message);
        message.add("UPDATE " + table + " SET rows_failed = rows_failed - 1, rows_done = rows_done + " + migrated
                + ", updated_at = pg_catalog.clock_timestamp() WHERE migration_name = " + Sql.literal(migration));
    }

    /**
     * What a person wants of it from now on; without the lock, which the run has, and nothing that the run writes, but that
     * it is paused: where its process has died meanwhile, nobody else would take that back. Returns false when there is
     * nothing that could be told.
     */
    public boolean want(Session session, Wanted wanted) throws SQLException {
        Message message = new Message();
        message.add("UPDATE " + table + " SET wanted = " + Sql.literal(wanted.text())
                + (wanted == Wanted.PAUSE ? "" : ", hold = CASE WHEN " + PAUSED + " THEN NULL ELSE hold END")
                + " WHERE migration_name = " + Sql.literal(migration) + " AND status <> 'done'");
        Answer answer = session.send(message);
        SQLException error = answer.error();
        if (error != null && !SqlState.UNDEFINED_TABLE.equals(error.getSQLState())) {
            throw error;
        }
        return error == null && answer.rows() > 0;
    }

    /** Why it waits just now; null when it goes on. */
    void hold(Session session, @Nullable String why) throws SQLException {
        set(session, "hold = " + Sql.literal(why));
    }

    /** It goes on after time in which nobody worked. */
    void goOn(Session session) throws SQLException {
        set(session, COUNTED_FROM_NOW);
    }

    private void set(Session session, String columns) throws SQLException {
        Message message = new Message();
        history.addGuard(message);
        message.add("UPDATE " + table + " SET " + columns + ", updated_at = pg_catalog.clock_timestamp()" + mine());
        SQLException error = session.send(message).error();
        if (error != null) {
            throw error;
        }
    }

    private String mine() {
        return " WHERE migration_name = " + Sql.literal(migration) + " AND run_id = " + Sql.literal(run.runId());
    }

    /** What a person wants of it; empty when it is not this run's any more. */
    Optional<Wanted> wanted(Session session) throws SQLException {
        return session
                .query(
                        "SELECT wanted FROM " + table + " WHERE migration_name = ? AND run_id = ?",
                        row -> Wanted.of(row.getString(1)),
                        migration,
                        run.runId())
                .stream()
                .findFirst();
    }
}
