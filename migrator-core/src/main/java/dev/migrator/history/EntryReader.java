package dev.migrator.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads rows of our own table and of the adopted shapes, by the columns that there are. */
final class EntryReader {

    private static final List<String> CODE_ENDINGS = List.of(".js", ".ts", ".sql");

    private final Map<String, Integer> columns;
    private final TableCheck check;

    EntryReader(Map<String, Integer> columns, TableCheck check) {
        this.columns = columns;
        this.check = check;
    }

    /** The name without the ending that some adopted rows carry. */
    static String identity(String stored) {
        for (String ending : CODE_ENDINGS) {
            if (stored.endsWith(ending) && stored.length() > ending.length()) {
                return stored.substring(0, stored.length() - ending.length());
            }
        }
        return stored;
    }

    void read(ResultSet row, List<HistoryEntry> into) throws SQLException {
        String stored = text(row, check.shape() == TableShape.SEED_VERSIONED ? "version" : "migration_name");
        if (stored == null) {
            return; // the outer join's one row for an empty table
        }
        if (ReconcileRows.KIND.equals(text(row, "kind"))) {
            return; // what was added for an expected schema is no migration, and no file belongs to it
        }
        String name = check.shape().isAdopted() ? identity(stored) : stored;
        Optional<MigrationState> state = MigrationState.ofStatus(text(row, "status"));
        if (state.isEmpty()) {
            check.unknownStatus(name, String.valueOf(text(row, "status")));
            return;
        }
        Timestamp appliedAt = columns.containsKey("applied_at") ? row.getTimestamp(column("applied_at")) : null;
        into.add(new HistoryEntry(
                number(row, "id", 0),
                name,
                state.get(),
                text(row, "checksum"),
                appliedAt == null ? null : appliedAt.toInstant(),
                columns.containsKey("execution_time_ms") ? Long.valueOf(number(row, "execution_time_ms", 0)) : null,
                text(row, "error_message"),
                text(row, "sql_state"),
                (int) number(row, "attempts", 1),
                (int) number(row, "statements_done", 0),
                text(row, "metadata"),
                text(row, "instance_id"),
                text(row, "run_id"),
                text(row, "kind")));
    }

    private int column(String name) {
        Integer index = columns.get(name);
        return index == null ? 0 : index;
    }

    private @Nullable String text(ResultSet row, String name) throws SQLException {
        int index = column(name);
        return index == 0 ? null : row.getString(index);
    }

    private long number(ResultSet row, String name, long otherwise) throws SQLException {
        int index = column(name);
        if (index == 0) {
            return otherwise;
        }
        long value = row.getLong(index);
        return row.wasNull() ? otherwise : value;
    }
}
