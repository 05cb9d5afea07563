package dev.migrator.history;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
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
                history_id     pg_catalog.int8 NOT NULL,
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
                UPDATE %1$s s SET history_id = %2$s, run_id = ?, server_version = ?
                  FROM newest n
                 WHERE s.id = n.id AND n.digest = ? AND n.schemas = ?::pg_catalog.text[] AND ?::pg_catalog.text IS NULL
                RETURNING s.id),
            made AS (
                INSERT INTO %1$s (history_id, run_id, reason, server_version, schemas, digest, content)
                SELECT %2$s, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT FROM kept)
                RETURNING id)
            SELECT id FROM kept UNION ALL SELECT id FROM made""";

    private static final String NEWEST = """
            SELECT id, taken_at, history_id, run_id, reason, server_version, digest, content
              FROM %s ORDER BY id DESC LIMIT 1""";

    private final TableNames names;

    public SnapshotTable(TableNames names) {
        this.names = names;
    }

    /**
     * What is stored.
     *
     * @param historyId the newest success that it covers; see {@link #historyId}
     * @param reason what a person said who accepted it; null for one of a run
     * @param text the canonical text
     */
    public record Stored(
            long id,
            Instant takenAt,
            long historyId,
            @Nullable String runId,
            @Nullable String reason,
            int serverVersion,
            String digest,
            String text) {}

    /** A snapshot to be stored. */
    public record Taken(List<String> schemas, String digest, String text) {}

    private String coveredId() {
        return "(SELECT COALESCE(pg_catalog.max(id), 0) FROM " + names.history() + " WHERE status = 'success')";
    }

    /** Grows with everything that succeeds: who reads it twice and finds the same knows that nothing was applied. */
    public long historyId(Session session) throws SQLException {
        return session.queryOne("SELECT " + coveredId(), row -> row.getLong(1));
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

    /** One round trip; three where the table is not there yet. The caller holds the migration lock. */
    public void store(Session session, Taken taken, @Nullable String runId, @Nullable String reason)
            throws SQLException {
        try {
            insert(session, taken, runId, reason);
        } catch (SQLException e) {
            if (!SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw e;
            }
            Message create = new Message();
            create.add(String.format(Locale.ROOT, CREATE, names.snapshots()));
            create.add("COMMENT ON TABLE " + names.snapshots() + " IS 'migrator snapshots layout 1'");
            SQLException refused = session.send(create).error();
            if (refused != null) {
                refused.addSuppressed(e);
                throw refused;
            }
            insert(session, taken, runId, reason);
        }
    }

    private void insert(Session session, Taken taken, @Nullable String runId, @Nullable String reason)
            throws SQLException {
        String[] schemas = taken.schemas().toArray(String[]::new);
        int version = session.serverVersion();
        session.query(
                String.format(Locale.ROOT, STORE, names.snapshots(), coveredId()),
                row -> row.getLong(1),
                runId,
                version,
                taken.digest(),
                schemas,
                reason,
                runId,
                reason,
                version,
                schemas,
                taken.digest(),
                compressed(taken.text()));
    }

    private static Stored stored(ResultSet row) throws SQLException {
        Timestamp takenAt = row.getTimestamp("taken_at");
        return new Stored(
                row.getLong("id"),
                takenAt.toInstant(),
                row.getLong("history_id"),
                row.getString("run_id"),
                row.getString("reason"),
                row.getInt("server_version"),
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
