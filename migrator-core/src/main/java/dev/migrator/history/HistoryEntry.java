package dev.migrator.history;

import dev.migrator.migration.Migration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the tracking table.
 *
 * @param id identifies this very row: whoever replaces it must have seen it
 * @param migration the migration's whole name
 * @param checksum as stored; adopted rows may hold a bare hexadecimal number
 * @param statementsDone how far a migration that is not transactional has come
 * @param kind as {@link Migration.Kind}, in small letters; null in an adopted table
 * @param metadata jsonb as text; see {@link Journal}
 */
public record HistoryEntry(
        long id,
        String migration,
        MigrationState state,
        @Nullable String checksum,
        @Nullable Instant appliedAt,
        @Nullable Long executionTimeMs,
        @Nullable String errorMessage,
        @Nullable String sqlState,
        int attempts,
        int statementsDone,
        @Nullable String metadata,
        @Nullable String instanceId,
        @Nullable String runId,
        @Nullable String kind) {

    public boolean isCode() {
        return Migration.Kind.CODE.name().equalsIgnoreCase(kind);
    }

    public boolean isApplied() {
        return state == MigrationState.COMPLETED;
    }

    /** Some of its statements or batches are done, the rest is not. A batch writes how far it came when it fails. */
    public boolean isHalfDone() {
        return state == MigrationState.RUNNING
                || state == MigrationState.FAILED && (statementsDone > 0 || hasBatchesBehind());
    }

    /** Of one that is half done, for people. */
    public String partDone() {
        return statementsDone > 0 ? statementsDone + " of its statements are done" : "A part of it is done";
    }

    /** It has begun batch by batch and is not over. A file that goes statement by statement always has a journal. */
    public boolean isBegunInBatches() {
        boolean claimed = state == MigrationState.RUNNING && metadata == null && runId != null;
        return statementsDone == 0 && (claimed || state != MigrationState.COMPLETED && hasBatchesBehind());
    }

    private boolean hasBatchesBehind() {
        return metadata != null
                && metadata.contains("\"recordsScanned\"")
                && !metadata.contains("\"recordsScanned\": 0");
    }
}
