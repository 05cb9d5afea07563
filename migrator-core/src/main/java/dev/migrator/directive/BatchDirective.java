package dev.migrator.directive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -- migrator: batch table=users key=id size=auto max-failures=10}.
 *
 * @param table as in SQL
 * @param key columns; empty means the primary key
 * @param size rows a batch; null lets it adapt
 * @param maxFailures how many rows may fail and be left out
 */
public record BatchDirective(
        String table, List<String> key, @Nullable Integer size, long maxFailures) {

    public BatchDirective {
        key = List.copyOf(key);
    }
}
