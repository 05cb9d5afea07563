package dev.migrator.history;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the schema was after each run: a row for each state that differs from the one before. The table is created when
 * the first one is stored, so that a service that does not ask for drift has none.
 */
public final class SnapshotTable {

    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS %s (
                id             pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                taken_at       pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                log_id         pg_catalog.int8 NOT NULL,
                run_id         pg_catalog.text,
                reason         pg_catalog.text,
                server_version pg_catalog.int4 NOT NULL,
                schemas        pg_catalog.text[] NOT NULL,
                digest         pg_catalog.text NOT NULL,
                content        pg_catalog.bytea NOT NULL
            )""";

    /** The newest row is kept when nothing has changed since; only what it covers moves on. */
    private static final String STORE = """
            WITH newest AS (SELECT id, digest, schemas FROM %1$s ORDER BY id DESC LIMIT 1),
            kept AS (
                UPDATE %1$s s SET log_id = %2$s, run_id = %3$s, server_version = %4$s
                  FROM newest n
                 WHERE s.id = n.id AND n.digest = %5$s AND n.schemas = %6$s AND %7$s::pg_catalog.text IS NULL
                RETURNING s.id)
            INSERT INTO %1$s (log_id, run_id, reason, server_version, schemas, digest, content)
            SELECT %2$s, %3$s, %7$s, %4$s, %6$s, %5$s, pg_catalog.decode(%8$s, 'hex')
             WHERE NOT EXISTS (SELECT FROM kept)""";

    private static final String NEWEST = """
            SELECT id, taken_at, log_id, run_id, reason, server_version, schemas, digest, content
              FROM %s ORDER BY id DESC LIMIT 1""";

    /** A batch is not among them: it changes rows, for days perhaps. What a transaction did is gone when it fails. */
    private static final String HALF_DONE = """
            SELECT migration_name FROM %1$s
             WHERE status IN ('running', 'failed') AND applied_at > (SELECT pg_catalog.max(taken_at) FROM %2$s)
               AND (statements_done IS NOT NULL
                    OR kind = 'reconcile' AND metadata ->> 'sql' LIKE '%% INDEX CONCURRENTLY %%')
             ORDER BY id""";

    private final HistoryTable table;
    private final TableNames names;

    public SnapshotTable(HistoryTable table) {
        this.table = table;
        this.names = table.names();
    }

    /**
     * What is stored.
     *
     * @param logId the newest line of the log that it covers; see {@link Done}
     * @param reason what a person said who accepted it; null for one of a run
     * @param schemas what was looked at
     * @param text the canonical text
     */
    public record Stored(
            long id,
            Instant takenAt,
            long logId,
            @Nullable String runId,
            @Nullable String reason,
            int serverVersion,
            List<String> schemas,
            String digest,
            String text) {}

    /** A snapshot to be stored. */
    public record Taken(List<String> schemas, String digest, String text) {}

    /** The log, not the history: a rollback removes rows there, and is in the log for ever. */
    private String coveredId() {
        return "(SELECT COALESCE(pg_catalog.max(id), 0) FROM " + names.log()
                + " WHERE outcome = 'success' AND action IN ('migrate', '" + AuditLog.ROLLBACK + "', '"
                + ReconcileRows.KIND + "'))";
    }

    /**
     * What was done until now.
     *
     * @param logId grows with everything that changes the schema: who reads it twice and finds the same knows that nothing
     *     did
     * @param halfDone what has begun since the schema was stored, outside of a transaction, and has not come to its end
     */
    public record Done(long logId, List<String> halfDone) {}

    /** There must be a stored schema. */
    public Done done(Session session) throws SQLException {
        return session.queryOne(
                "SELECT " + coveredId() + ", ARRAY("
                        + String.format(Locale.ROOT, HALF_DONE, names.history(), names.snapshots()) + ")",
                row -> new Done(
                        row.getLong(1), List.of((String[]) row.getArray(2).getArray())));
    }

    /** Empty also when the table does not exist. */
    public Optional<Stored> newest(Session session) throws SQLException {
        try {
            return session.query(String.format(Locale.ROOT, NEWEST, names.snapshots()), SnapshotTable::stored).stream()
                    .findFirst();
        } catch (SQLException e) {
            if (SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * One round trip; two where the table is not there yet. The caller holds the migration lock.
     *
     * @param reason why a person accepts it, which is a line of the log then; null for a run
     */
    public void store(Session session, Taken taken, AppliedRecord.Run run, @Nullable String reason)
            throws SQLException {
        Message message = Message.of("BEGIN");
        table.addGuard(message);
        addTo(message, session, taken, run, reason);
        Answer answer = session.send(message);
        if (SqlState.UNDEFINED_TABLE.equals(answer.sqlState())) {
            Message first = Message.of("ROLLBACK");
            first.add("BEGIN");
            table.addGuard(first);
            first.add(String.format(Locale.ROOT, CREATE, names.snapshots()));
            first.add("COMMENT ON TABLE " + names.snapshots() + " IS 'migrator snapshots layout 1'");
            addTo(first, session, taken, run, reason);
            answer = session.send(first);
        }
        SQLException error = answer.error();
        if (error != null) {
            if (!answer.lostConnection() && session.inTransaction()) {
                session.execute("ROLLBACK");
            }
            throw error;
        }
    }

    private void addTo(Message message, Session session, Taken taken, AppliedRecord.Run run, @Nullable String reason)
            throws SQLException {
        message.add(statement(session, taken, run, reason));
        if (reason != null) {
            table.log().add(message, run, null, "accept-drift", "success", reason, taken.digest());
        }
        message.add("COMMIT");
    }

    private String statement(Session session, Taken taken, AppliedRecord.Run run, @Nullable String reason)
            throws SQLException {
        List<String> schemas = taken.schemas().stream().map(Sql::literal).toList();
        return String.format(
                Locale.ROOT,
                STORE,
                names.snapshots(),
                coveredId(),
                Sql.literal(run.runId()),
                session.serverVersion(),
                Sql.literal(taken.digest()),
                "ARRAY[" + String.join(", ", schemas) + "]::pg_catalog.text[]",
                Sql.literal(reason),
                Sql.literal(HexFormat.of().formatHex(compressed(taken.text()))));
    }

    private static Stored stored(ResultSet row) throws SQLException {
        Timestamp takenAt = row.getTimestamp("taken_at");
        return new Stored(
                row.getLong("id"),
                takenAt.toInstant(),
                row.getLong("log_id"),
                row.getString("run_id"),
                row.getString("reason"),
                row.getInt("server_version"),
                List.of((String[]) row.getArray("schemas").getArray()),
                row.getString("digest"),
                expanded(row.getBytes("content")));
    }

    private static byte[] compressed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String expanded(byte[] compressed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
