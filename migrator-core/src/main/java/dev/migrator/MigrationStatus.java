package dev.migrator;

import dev.migrator.history.MigrationState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One migration as a person sees it.
 *
 * @param state PENDING also for one that was never tried
 * @param manual runs only when a person names it
 * @param elsewhere in Java, and known only to the application, which is another process
 * @param later left to another phase: the schema is complete without it
 * @param remark why it does not run by itself or why it runs again, or null
 * @param error of the last try, without data
 */
public record MigrationStatus(
        String name,
        String version,
        String title,
        MigrationState state,
        boolean manual,
        boolean elsewhere,
        boolean later,
        @Nullable String remark,
        @Nullable String checksum,
        @Nullable Instant appliedAt,
        @Nullable Long executionTimeMs,
        @Nullable String error,
        int attempts) {}
