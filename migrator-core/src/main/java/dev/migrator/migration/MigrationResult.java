package dev.migrator.migration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DataMigration} has to say of its work; kept in the history.
 *
 * @param success false rolls everything back
 * @param metadata numbers, texts, booleans, and lists and maps of them; anything else is kept as its text
 * @param error why it failed; without data of persons, for it is stored and shown
 */
public record MigrationResult(
        boolean success,
        long recordsProcessed,
        long recordsFailed,
        Map<String, Object> metadata,
        @Nullable String error) {

    public MigrationResult {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    public static MigrationResult success(long recordsProcessed) {
        return new MigrationResult(true, recordsProcessed, 0, Map.of(), null);
    }

    /** Some records could not be migrated, and that is good enough to go on. */
    public static MigrationResult partly(long recordsProcessed, long recordsFailed) {
        return new MigrationResult(true, recordsProcessed, recordsFailed, Map.of(), null);
    }

    public static MigrationResult failure(String error) {
        return new MigrationResult(false, 0, 0, Map.of(), error);
    }

    public MigrationResult with(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new MigrationResult(success, recordsProcessed, recordsFailed, more, error);
    }
}
