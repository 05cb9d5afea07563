package dev.migrator.migration;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A migration in Java that walks a table by key, a transaction a batch. A process that dies continues at the next start
 * where the last committed batch ended: no row is done twice, none is left out.
 */
public non-sealed interface BatchMigration extends MigrationCode {

    /** Which rows; asked once a run. */
    BatchSource source();

    /**
     * Migrates these rows, which are locked against other writers, in the batch's own transaction. When it throws, the
     * batch is rolled back and divided, until the one row is known that can't be migrated.
     *
     * @param rows column to value, in the order of the key; never empty
     */
    void migrate(MigrationContext context, List<Map<String, @Nullable Object>> rows) throws Exception;

    /** How many rows a batch has; null lets it adapt to the time that batches take. */
    default @Nullable Integer batchSize() {
        return null;
    }

    /** How many rows may fail and be left out before the migration fails. */
    default long maxFailures() {
        return 0;
    }
}
