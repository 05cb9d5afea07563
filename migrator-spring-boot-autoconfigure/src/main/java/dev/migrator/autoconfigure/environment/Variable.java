package dev.migrator.autoconfigure.environment;

import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Function;

/** The environment variables that are known by short names, and the property that each one sets. */
enum Variable {
    AUTO_MIGRATE("migrator.auto-migrate", VariableValue::asBoolean),
    RUN_MIGRATIONS_ON_STARTUP("migrator.auto-migrate", VariableValue::asBoolean),
    MIGRATION_ENABLED("migrator.enabled", VariableValue::asBoolean),
    SKIP_MIGRATIONS("migrator.enabled", value -> !value.asBoolean()),
    MIGRATION_LOCK_TIMEOUT("migrator.lock.timeout", value -> value.asDuration(ChronoUnit.MILLIS)),
    MIGRATION_STOP_ON_ERROR("migrator.stop-on-error", VariableValue::asBoolean),
    MIGRATION_TIMEOUT("migrator.timeout", value -> value.asDuration(ChronoUnit.SECONDS)),
    MIGRATION_RETRY_COUNT("migrator.retry.count", VariableValue::asCount),
    MIGRATION_RETRY_DELAY("migrator.retry.delay", value -> value.asDuration(ChronoUnit.SECONDS)),
    DATABASE_URL("migrator.url", VariableValue::asUrl);

    private final String property;
    private final Function<VariableValue, Object> reading;

    Variable(String property, Function<VariableValue, Object> reading) {
        this.property = property;
        this.reading = reading;
    }

    String property() {
        return property;
    }

    /** What the variable sets; an address sets its user and password too. */
    Map<String, Object> properties(String text) {
        Object value = reading.apply(new VariableValue(name(), property, text));
        return value instanceof PostgresUrl url ? url.properties("migrator") : Map.of(property, value.toString());
    }
}
