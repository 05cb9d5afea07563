package dev.migrator.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log, which is never changed nor removed.
 *
 * @param action what was tried: migrate, run, progress, rollback, accept, reset, skip, baseline, rehash
 * @param outcome how it ended: success, failed, running, skipped
 * @param detail the reason that a person gave, or the failure
 * @param checksum of the text that it was about; of the down script for a rollback
 * @param actor the operator, where a person asked for it, and the role of the database
 */
public record LogEntry(
        long id,
        Instant at,
        @Nullable String migration,
        String action,
        String outcome,
        @Nullable String detail,
        @Nullable String checksum,
        @Nullable Long executionTimeMs,
        @Nullable String actor,
        @Nullable String instanceId,
        @Nullable String runId) {}
