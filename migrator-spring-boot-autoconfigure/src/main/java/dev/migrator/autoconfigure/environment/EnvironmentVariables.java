package dev.migrator.autoconfigure.environment;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Makes properties of the variables that pipelines set: {@code AUTO_MIGRATE=false} is {@code migrator.auto-migrate=false}.
 * They stand right behind the environment itself, so they win over configuration files, and lose against the command
 * line and against the property's own variable ({@code MIGRATOR_AUTO_MIGRATE}). {@code DATABASE_URL} is also the
 * application's own data source where nothing else names one.
 */
public final class EnvironmentVariables implements EnvironmentPostProcessor {

    static final String SOURCE = "migratorEnvironmentVariables";
    static final String DATA_SOURCE_DEFAULTS = "migratorDataSourceDefaults";
    private static final String ENVIRONMENT = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        MutablePropertySources sources = environment.getPropertySources();
        PropertySource<?> variables = sources.get(ENVIRONMENT);
        if (variables == null) {
            return;
        }
        Map<String, Object> properties = read(variables);
        sources.remove(SOURCE);
        if (!properties.isEmpty()) {
            sources.addAfter(ENVIRONMENT, new MapPropertySource(SOURCE, properties));
        }
        sources.remove(DATA_SOURCE_DEFAULTS);
        Object url = variables.getProperty(Variable.DATABASE_URL.name());
        if (url != null) {
            Map<String, Object> defaults = PostgresUrl.parse(url.toString(), Variable.DATABASE_URL.name())
                    .properties("spring.datasource");
            sources.addLast(new MapPropertySource(DATA_SOURCE_DEFAULTS, defaults));
        }
    }

    /** Every variable that can't be understood is named at once. */
    private static Map<String, Object> read(PropertySource<?> variables) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Map<String, Variable> setBy = new HashMap<>();
        Map<Variable, Map<String, Object>> read = new EnumMap<>(Variable.class);
        Problems problems = new Problems();
        for (Variable variable : Variable.values()) {
            Object text = variables.getProperty(variable.name());
            if (text != null) {
                try {
                    read.put(variable, variable.properties(text.toString()));
                } catch (MigratorException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        read.forEach((variable, values) -> {
            Variable other = setBy.putIfAbsent(variable.property(), variable);
            if (other != null
                    && !Objects.equals(values.get(variable.property()), properties.get(variable.property()))) {
                problems.add(contradiction(other, variable));
            }
            properties.putAll(values);
        });
        problems.throwIfErrors();
        return properties;
    }

    private static Problem contradiction(Variable one, Variable other) {
        return Problem.error(
                ProblemCode.INVALID_SETTING,
                one + ", " + other,
                "The environment variables " + one + " and " + other + " contradict each other: both set the property "
                        + one.property() + ".",
                "Remove one of them.");
    }
}
