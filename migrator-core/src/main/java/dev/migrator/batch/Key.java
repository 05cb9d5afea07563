package dev.migrator.batch;

import dev.migrator.postgres.Sql;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The key of one row, a text for each of its columns as the server writes it: whatever their types are, the server reads
 * its own text back without loss.
 */
public record Key(List<String> values) {

    public Key {
        values = List.copyOf(values);
    }

    /** As a literal of {@code text[]}, for our tables. */
    String array() {
        return values.stream().map(Sql::literal).collect(Collectors.joining(", ", "ARRAY[", "]::pg_catalog.text[]"));
    }

    @Override
    public String toString() {
        return values.size() == 1 ? values.get(0) : "(" + String.join(", ", values) + ")";
    }
}
