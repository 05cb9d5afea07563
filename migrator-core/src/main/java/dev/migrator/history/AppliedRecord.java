package dev.migrator.history;

import dev.migrator.migration.Checksum;
import dev.migrator.migration.Migration;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is written of a migration.
 *
 * @param replaces the row that the plan saw under this name, or null when it saw none: if another node has replaced it
 *     meanwhile, the unique name refuses ours and the whole transaction is rolled back. This is the fence.
 */
public record AppliedRecord(
        String migration,
        String version,
        String title,
        String kind,
        @Nullable String checksum,
        int attempt,
        @Nullable Long replaces,
        Run run,
        @Nullable Work work) {

    public static AppliedRecord of(Migration migration, int attempt, @Nullable HistoryEntry replaces, Run run) {
        Checksum checksum = migration.checksum();
        return new AppliedRecord(
                migration.name().value(),
                migration.name().version(),
                migration.name().title(),
                migration.kind().name().toLowerCase(Locale.ROOT),
                checksum == null ? null : checksum.toString(),
                attempt,
                replaces == null ? null : replaces.id(),
                run,
                null);
    }

    /** For a migration of several transactions: the row that this run wrote at its last step may be replaced too. */
    public AppliedRecord claimed() {
        return new AppliedRecord(
                migration,
                version,
                title,
                kind,
                checksum,
                attempt,
                replaces == null ? Long.valueOf(0) : replaces,
                run,
                work);
    }

    /** The same record, with what the migration says of its work. */
    public AppliedRecord with(Work done) {
        return new AppliedRecord(migration, version, title, kind, checksum, attempt, replaces, run, done);
    }

    /**
     * What a data migration did.
     *
     * @param metadata a JSON object
     */
    public record Work(long recordsProcessed, String metadata) {}

    /**
     * Who runs.
     *
     * @param asked null where nobody asked for it by hand
     */
    public record Run(
            String runId, String instanceId, @Nullable Asked asked) {

        public Run(String runId, String instanceId) {
            this(runId, instanceId, null);
        }

        public static Run of(String instanceId, @Nullable Asked asked) {
            return new Run(UUID.randomUUID().toString(), instanceId, asked);
        }

        @Nullable
        String reason() {
            return asked == null ? null : asked.reason();
        }
    }

    /** A person or a pipeline that asked for just this, and why. */
    public record Asked(String operator, @Nullable String reason) {}
}
