package dev.migrator.batch;

import dev.migrator.event.Listeners;
import dev.migrator.history.HistoryTable;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.problem.Problem;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a batched migration is run with.
 *
 * @param table the history, which knows the guard of what is written
 * @param frame how each of its transactions begins and ends
 * @param stopped why the run must end, or null while it may go on
 */
public record BatchRun(
        Session session,
        HistoryTable table,
        String runId,
        MigrationName migration,
        Listeners listeners,
        Cancellation cancellation,
        BatchSettings settings,
        TransactionFrame frame,
        Supplier<@Nullable Problem> stopped) {

    /** Sends statements of ours; what the server refuses is thrown. */
    void send(Message message) throws SQLException {
        session.send(message).orThrow();
    }
}
