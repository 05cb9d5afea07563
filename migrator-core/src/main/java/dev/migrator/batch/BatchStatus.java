package dev.migrator.batch;

import dev.migrator.event.Progress;
import dev.migrator.history.TableNames;
import dev.migrator.postgres.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a batched migration is, as every process can see it.
 *
 * @param status {@code running}, {@code stopped}, {@code failed}, {@code cancelled}, {@code done}
 * @param wanted what a person wants of it: {@code run}, {@code pause}, {@code cancel}
 * @param scanned rows that are behind it
 * @param estimated how many there were when it began, or about as many
 * @param migrated rows that were changed, or given to the code
 * @param failed rows that were left out
 * @param position the last key that is done, or null before the first batch
 * @param last the last key that there was when it began; it ends there. Null for a table that was empty
 * @param hold why it waits instead of going on, or null
 * @param perSecond rows since it began, or last went on after a stop or a pause, by the database's clock
 * @param table what it walks over
 * @param silent how long nothing was written of it, by the database's clock
 */
public record BatchStatus(
        String migration,
        String status,
        String wanted,
        long scanned,
        long estimated,
        long migrated,
        long failed,
        @Nullable Integer batchSize,
        @Nullable String position,
        @Nullable String last,
        @Nullable String hold,
        double perSecond,
        Instant startedAt,
        Instant updatedAt,
        String table,
        Duration silent) {

    /** Whether a person has paused it, and it waits for that. */
    public boolean isPaused() {
        return Progress.isPause(hold);
    }

    /** What remains at its rate so far; null where nobody knows (the estimate was too low), and where it does not run. */
    public @Nullable Duration left() {
        boolean known = perSecond > 0 && scanned <= estimated && status.equals("running") && !isPaused();
        return known ? Duration.ofMillis((long) ((estimated - scanned) / perSecond * 1000)) : null;
    }

    /** As json: a table of an older release lacks some of the columns. */
    private static final String READ = """
            SELECT migration_name, status, wanted, rows_scanned, rows_estimated, rows_done, rows_failed, batch_size,
                   pg_catalog.array_to_string(cursor_key, ', '), hold, started_at, updated_at,
                   (rows_scanned - COALESCE((pg_catalog.to_jsonb(b) ->> 'rows_before')::pg_catalog.int8, 0))
                       / GREATEST(0.001, EXTRACT(epoch FROM COALESCE(finished_at, updated_at) - COALESCE(
                             (pg_catalog.to_jsonb(b) ->> 'resumed_at')::pg_catalog.timestamptz, started_at))),
                   pg_catalog.array_to_string(upper_key, ', '), table_name,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - updated_at)::pg_catalog.int8
              FROM %s b ORDER BY started_at, migration_name""";

    /** All of them; none where none has ever run. */
    public static List<BatchStatus> read(Session session, TableNames names) throws SQLException {
        boolean there = session.queryOne(
                "SELECT pg_catalog.to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), names.batches());
        return there ? session.query(READ.replace("%s", names.batches()), BatchStatus::of) : List.of();
    }

    private static BatchStatus of(ResultSet row) throws SQLException {
        return new BatchStatus(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getObject(8, Integer.class),
                row.getString(9),
                row.getString(14),
                row.getString(10),
                row.getDouble(13),
                instant(row.getTimestamp(11)),
                instant(row.getTimestamp(12)),
                row.getString(15),
                Duration.ofSeconds(row.getLong(16)));
    }

    private static Instant instant(Timestamp at) {
        return at.toInstant();
    }
}
