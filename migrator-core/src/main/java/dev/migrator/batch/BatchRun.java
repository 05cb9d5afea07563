package dev.migrator.batch;

import dev.migrator.event.Listeners;
import dev.migrator.history.TableNames;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a batched migration is run with.
 *
 * @param activity the statement that shows in {@code pg_stat_activity} what runs, for one transaction
 * @param stopped why the run must end, or null while it may go on
 */
public record BatchRun(
        Session session,
        TableNames names,
        String runId,
        MigrationName migration,
        Listeners listeners,
        Cancellation cancellation,
        BatchSettings settings,
        String activity,
        Supplier<@Nullable Problem> stopped) {

    /** Sends statements of ours; what the server refuses is thrown. */
    void send(Message message) throws SQLException {
        SQLException error = session.send(message).error();
        if (error != null) {
            throw error;
        }
    }
}
