package dev.migrator.batch;

import dev.migrator.postgres.SqlState;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a batch was rolled back.
 *
 * @param sqlState what the server or the driver said, or null where it was not the database
 * @param thrown what was thrown
 */
record BatchFailure(@Nullable String sqlState, Throwable thrown) {

    /**
     * Beginnings of SQLSTATEs that no choice of rows mends: rights, syntax, resources, the server's state. Not 54000, a value
     * that is too large for an index, nor XX000, with which extensions refuse a value.
     */
    private static final List<String> SAME_FOR_ALL_ROWS = List.of(
            "0A", "25", "26", "28", "2B", "2D", "34", "3D", "3F", "42", "53", "54001", "5401", "5402", "55", "57", "58",
            "F0", "XX001", "XX002");

    static BatchFailure of(Throwable thrown) {
        SQLException sql = SqlState.exceptionIn(thrown);
        return new BatchFailure(sql == null ? null : sql.getSQLState(), thrown);
    }

    /** Fewer rows at a time may help: it took too long, or somebody was in the way. */
    boolean isTooMuch() {
        return SqlState.mayRunAgain(sqlState) || SqlState.QUERY_CANCELED.equals(sqlState);
    }

    boolean isSameForAllRows() {
        if (thrown instanceof LinkageError || thrown instanceof InterruptedException) {
            return true;
        }
        String state = sqlState;
        return state != null && SAME_FOR_ALL_ROWS.stream().anyMatch(state::startsWith);
    }
}
