package dev.migrator.setting;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The environment variables that are known by short names, and the property that each one sets. */
public enum Variable {
    AUTO_MIGRATE("migrator.auto-migrate", SettingText::asBoolean),
    RUN_MIGRATIONS_ON_STARTUP("migrator.auto-migrate", SettingText::asBoolean),
    MIGRATION_ENABLED("migrator.enabled", SettingText::asBoolean),
    SKIP_MIGRATIONS("migrator.enabled", value -> !value.asBoolean()),
    MIGRATION_LOCK_TIMEOUT("migrator.lock.timeout", value -> value.asDuration(ChronoUnit.MILLIS)),
    MIGRATION_STOP_ON_ERROR("migrator.stop-on-error", SettingText::asBoolean),
    MIGRATION_TIMEOUT("migrator.timeout", value -> value.asDuration(ChronoUnit.SECONDS)),
    MIGRATION_RETRY_COUNT("migrator.retry.count", SettingText::asCount),
    MIGRATION_RETRY_DELAY("migrator.retry.delay", value -> value.asDuration(ChronoUnit.SECONDS)),
    DATABASE_URL("migrator.url", SettingText::asUrl),
    DEVELOPER_KEY("migrator.endpoint.key", SettingText::text);

    private final String property;
    private final Function<SettingText, Object> reading;

    Variable(String property, Function<SettingText, Object> reading) {
        this.property = property;
        this.reading = reading;
    }

    /** The value of its property. */
    String value(String text) {
        String origin = "The environment variable " + name() + " (for the property " + property + ")";
        String remedy = "Correct or remove the variable " + name() + ".";
        return reading.apply(new SettingText(name(), origin, remedy, text)).toString();
    }

    /**
     * The properties that are set by variables. Every variable that can't be understood, or contradicts another, is named
     * at once.
     */
    public static Map<String, String> properties(Function<String, @Nullable Object> environment) {
        Map<Variable, String> read = new EnumMap<>(Variable.class);
        Problems problems = new Problems();
        for (Variable variable : values()) {
            Object text = environment.apply(variable.name());
            if (text != null) {
                try {
                    read.put(variable, variable.value(text.toString()));
                } catch (MigratorException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        Map<String, String> properties = new LinkedHashMap<>();
        Map<String, Variable> setBy = new HashMap<>();
        read.forEach((variable, value) -> {
            Variable other = setBy.putIfAbsent(variable.property, variable);
            if (other != null && !value.equals(properties.get(variable.property))) {
                problems.add(contradiction(other, variable));
            }
            properties.put(variable.property, value);
        });
        problems.throwIfErrors();
        return properties;
    }

    private static Problem contradiction(Variable one, Variable other) {
        return Problem.error(
                ProblemCode.INVALID_SETTING,
                one + ", " + other,
                "The environment variables " + one + " and " + other + " contradict each other: both set the property "
                        + one.property + ".",
                "Remove one of them.");
    }
}
