package dev.migrator.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link BatchMigration} walks over.
 *
 * @param table as in SQL, with its schema or found by the search path
 * @param key the columns of the primary key or of a unique index without nulls; empty means the primary key
 * @param columns what {@link BatchMigration#migrate} gets to see; empty means all
 * @param filter a condition in SQL that the rows must meet when their batch is read, or null
 */
public record BatchSource(
        String table,
        List<String> key,
        List<String> columns,
        @Nullable String filter) {

    public BatchSource {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }

    public static BatchSource of(String table) {
        return new BatchSource(table, List.of(), List.of(), null);
    }

    public BatchSource key(String... names) {
        return new BatchSource(table, List.of(names), columns, filter);
    }

    public BatchSource columns(String... names) {
        return new BatchSource(table, key, List.of(names), filter);
    }

    public BatchSource where(String condition) {
        return new BatchSource(table, key, columns, condition);
    }
}
