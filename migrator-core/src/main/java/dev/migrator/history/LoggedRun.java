package dev.migrator.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run, rollback or amendment, put together from its lines of the log.
 *
 * @param actions what it did, for example {@code migrate}; several divided by commas
 * @param migration the one that it was about, or null where it was about several
 * @param succeeded how many lines tell of a success
 * @param failed how many lines tell of a failure
 * @param detail the newest line's reason, or its failure
 */
public record LoggedRun(
        @Nullable String runId,
        Instant from,
        Instant until,
        String actions,
        @Nullable String migration,
        long succeeded,
        long failed,
        long executionTimeMs,
        @Nullable String actor,
        @Nullable String instanceId,
        @Nullable String detail) {}
