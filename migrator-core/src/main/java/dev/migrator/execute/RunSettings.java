package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.batch.BatchSettings;
import dev.migrator.directive.Phase;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.Locks;
import dev.migrator.lock.MigrationLock;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.Connector;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run behaves.
 *
 * @param application names the service in {@code pg_stat_activity}
 * @param instanceId names this process in the history
 * @param locks which lock lets one node migrate at a time
 * @param operator names the person or pipeline in the log, where something is asked for by hand
 * @param lockWait how long to wait for a holder of the lock that makes no progress
 * @param lockTimeout how long a statement of a migration may queue for a lock of a table
 * @param indexTimeout how long concurrent index work may take; zero is for ever
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
        Locks locks,
        String operator,
        Duration lockWait,
        Duration lockTimeout,
        Duration indexTimeout,
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

    /** The lock that guards this history; its schema is named, or was found by a look. */
    public MigrationLock lockOf(HistoryTable table, boolean pooled, Connector connector) {
        Locks.Subject subject = new Locks.Subject(
                String.valueOf(table.names().schema()), table.names().table(), createSchema);
        return locks.choose(subject, pooled, connector);
    }

    /** For concurrent index work. */
    public AloneRun.Limit indexLimit() {
        return new AloneRun.Limit(indexTimeout, "migrator.ddl.index-timeout");
    }

    public RunSettings withOperator(String name) {
        return with(locks, name, lockWait);
    }

    /** Tries the lock once. */
    public RunSettings withoutWaiting() {
        return with(locks, operator, Duration.ZERO);
    }

    /** Under which lock migrations of this phase run and are amended. */
    public RunSettings in(Phase phase) {
        return phase == Phase.PRE_DEPLOY ? this : with(locks.reaching(Locks.Reach.BESIDE_TRAFFIC), operator, lockWait);
    }

    /** For what nothing else may run beside, of whatever phase. */
    public RunSettings alone() {
        return with(locks.reaching(Locks.Reach.EVERYBODY), operator, lockWait);
    }

    private RunSettings with(Locks newLocks, String name, Duration wait) {
        return new RunSettings(
                application,
                instanceId,
                newLocks,
                name,
                wait,
                lockTimeout,
                indexTimeout,
                timeout,
                stopOnError,
                connectionRetry,
                lockRetry,
                existingSchema,
                createSchema,
                batches,
                parameters,
                planOptions);
    }

    /** What to do with tables that no history tells of. */
    public enum ExistingSchema {
        REFUSE,
        ALLOW
    }
}
