package dev.migrator.execute;

import dev.migrator.batch.BatchSettings;
import dev.migrator.plan.PlanOptions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run behaves.
 *
 * @param application names the service in {@code pg_stat_activity}
 * @param instanceId names this process in the history
 * @param operator names the person or pipeline in the log, where something is asked for by hand
 * @param lockWait how long to wait for a holder of the lock that makes no progress
 * @param lockTimeout how long a statement of a migration may queue for a lock of a table
 * @param timeout how long the whole run may take, or null
 * @param stopOnError whether a failure ends the run; if not, what does not depend on it goes on, and the run still fails
 * @param existingSchema whether a database that has tables but no history may be migrated from the first file on
 * @param createSchema whether a configured schema that does not exist is created
 * @param batches how considerate batched migrations are
 * @param parameters what migrations in code are told, by name
 */
public record RunSettings(
        String application,
        String instanceId,
        String operator,
        Duration lockWait,
        Duration lockTimeout,
        @Nullable Duration timeout,
        boolean stopOnError,
        RetryPolicy connectionRetry,
        RetryPolicy lockRetry,
        ExistingSchema existingSchema,
        boolean createSchema,
        BatchSettings batches,
        Map<String, String> parameters,
        PlanOptions planOptions) {

    public RunSettings {
        parameters = Map.copyOf(parameters);
    }

    /** What to do with tables that no history tells of. */
    public enum ExistingSchema {
        REFUSE,
        ALLOW
    }
}
