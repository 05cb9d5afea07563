package dev.migrator.data;

import dev.migrator.migration.MigrationResult;
import dev.migrator.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What a migration in Java would have done: it was called, and everything was rolled back.
 *
 * @param result what it said; null where it failed
 * @param done the last progress that it told
 * @param total the total of that
 * @param failure why it failed, or null
 */
public record Rehearsal(
        String migration,
        @Nullable MigrationResult result,
        long done,
        long total,
        @Nullable Problem failure) {

    /** One line for people. */
    public String text() {
        if (result == null) {
            return "failed when it was tried" + (failure == null ? "" : ": " + failure.headline());
        }
        String failed = result.recordsFailed() == 0 ? "" : ", " + result.recordsFailed() + " could not be";
        String progress = total == 0 ? "" : "; tried were " + done + " of " + total;
        return result.recordsProcessed() + " records would be migrated" + failed + progress
                + (result.metadata().isEmpty() ? "" : "; " + JsonText.of(result.metadata()));
    }
}
