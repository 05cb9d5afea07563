package dev.migrator.history;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of the relation under the tracking table's name.
 *
 * @param schema where it was found; null when there is none
 * @param kind {@code pg_class.relkind}
 * @param persistence {@code pg_class.relpersistence}
 * @param comment carries the layout version
 * @param logWritable whether the log beside it takes rows; null when there is none
 * @param required columns that an INSERT must fill
 * @param columns all of them; empty also when the table may not be read
 */
record TableFacts(
        @Nullable String schema,
        @Nullable String kind,
        @Nullable String persistence,
        @Nullable String comment,
        boolean writable,
        @Nullable Boolean logWritable,
        List<String> required,
        Set<String> columns) {

    boolean exists() {
        return schema != null;
    }
}
