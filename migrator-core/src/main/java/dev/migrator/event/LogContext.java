package dev.migrator.event;

import dev.migrator.migration.MigrationName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What every line of the log says of the run and the migration that it belongs to, also the lines of a migration's own
 * code: SLF4J's MDC on this thread. Whatever was there before comes back at the end.
 */
public final class LogContext implements AutoCloseable {

    public static final String RUN_ID = "runId";
    public static final String INSTANCE_ID = "instanceId";
    public static final String MIGRATION = "migration";
    public static final String FILENAME = "filename";

    private static final List<String> KEYS = List.of(RUN_ID, INSTANCE_ID, MIGRATION, FILENAME);

    private final Map<String, @Nullable String> before = new HashMap<>();

    private LogContext() {
        KEYS.forEach(key -> before.put(key, MDC.get(key)));
    }

    public static LogContext ofRun(String runId, String instanceId) {
        LogContext context = new LogContext();
        MDC.put(RUN_ID, runId);
        MDC.put(INSTANCE_ID, instanceId);
        return context;
    }

    /** For the lines about one event: small migrations share a message, so that another one may be the current one. */
    static LogContext of(MigrationEvent event) {
        LogContext context = new LogContext();
        MDC.put(RUN_ID, event.runId());
        if (event instanceof MigrationEvent.OfMigration of
                && !of.migration().value().equals(MDC.get(MIGRATION))) {
            MDC.put(MIGRATION, of.migration().value());
            MDC.remove(FILENAME);
        }
        return context;
    }

    /** From now on, until the next one or the end of the run. */
    public static void enter(MigrationName migration, String file) {
        MDC.put(MIGRATION, migration.value());
        MDC.put(FILENAME, file);
    }

    /** Between migrations. */
    public static void leave() {
        MDC.remove(MIGRATION);
        MDC.remove(FILENAME);
    }

    @Override
    public void close() {
        before.forEach(LogContext::restore);
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
