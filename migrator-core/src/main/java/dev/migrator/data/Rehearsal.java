package dev.migrator.data;

import dev.migrator.migration.MigrationResult;
import dev.migrator.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a data migration would do, as a dry run found it. Whatever was tried for that is rolled back. */
public sealed interface Rehearsal {

    String migration();

    /** One line for people. */
    String text();

    /** Why it could not be tried, or failed; what a pending migration before it would make is not there yet. Or null. */
    @Nullable
    Problem failure();

    /** For machines, by name. */
    Map<String, Object> facts();

    /**
     * A {@code DataMigration}, which was called.
     *
     * @param result what it said; null where it failed
     * @param done the last progress that it told
     * @param total the total of that
     */
    record Called(
            String migration,
            @Nullable MigrationResult result,
            long done,
            long total,
            @Nullable Problem failure) implements Rehearsal {

        @Override
        public String text() {
            if (result == null) {
                return "failed when it was tried";
            }
            String failed = result.recordsFailed() == 0 ? "" : ", " + result.recordsFailed() + " could not be";
            String progress = total == 0 ? "" : "; it came to " + done + " of " + total;
            return result.recordsProcessed() + " records would be migrated" + failed + progress
                    + (result.metadata().isEmpty() ? "" : "; " + JsonText.of(result.metadata()));
        }

        @Override
        public Map<String, Object> facts() {
            Map<String, Object> facts = new LinkedHashMap<>();
            if (result != null) {
                facts.put("recordsProcessed", result.recordsProcessed());
                facts.put("recordsFailed", result.recordsFailed());
            }
            return facts;
        }
    }

    /**
     * What code made of the rows that it wants of a batch.
     *
     * @param failed those that could not be migrated
     * @param reason of the first of them
     * @param failure where none could
     */
    record Tried(
            long migrated,
            long failed,
            @Nullable String reason,
            @Nullable Problem failure) {

        String text() {
            return "tried: " + migrated + " migrated" + (failed == 0 ? "" : ", " + failed + " could not be: " + reason);
        }
    }

    /**
     * A batched migration.
     *
     * @param table that it walks over
     * @param estimated how many rows that has, or about as many
     * @param done rows that an interrupted try has behind it already
     * @param range the keys of its next batch; null where there is no row to visit, or it could not be looked at
     * @param rows how many rows the next batch has
     * @param tried what code made of them; null where nothing was called
     */
    record Batch(
            String migration,
            String table,
            List<String> key,
            long estimated,
            long done,
            @Nullable String range,
            int rows,
            @Nullable Tried tried,
            @Nullable Problem failure)
            implements Rehearsal {

        public Batch {
            key = List.copyOf(key);
        }

        @Override
        public String text() {
            if (failure != null) {
                return range == null
                        ? "could not be looked at"
                        : "its first batch, " + range + ", failed when it was tried";
            }
            String whole = "about " + estimated + " rows by " + String.join(", ", key);
            if (done > 0) {
                whole += ", " + done + " of them are done";
            }
            if (range == null) {
                return whole + "; none is left to visit";
            }
            return whole + "; next batch: " + rows + " rows, " + range + (tried == null ? "" : "; " + tried.text());
        }

        @Override
        public Map<String, Object> facts() {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("table", table);
            facts.put("key", key);
            if (failure == null) {
                facts.put("estimated", estimated);
                facts.put("done", done);
                facts.put("rows", rows);
            }
            if (range != null) {
                facts.put("range", range);
            }
            if (tried != null) {
                facts.put("migrated", tried.migrated());
                facts.put("failed", tried.failed());
            }
            return facts;
        }
    }
}
