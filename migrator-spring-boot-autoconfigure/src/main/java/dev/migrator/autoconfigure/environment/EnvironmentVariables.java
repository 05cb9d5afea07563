package dev.migrator.autoconfigure.environment;

import dev.migrator.setting.PostgresUrl;
import dev.migrator.setting.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    /** Whoever sets one of these speaks of a data source of its own; credentials for another address are not for it. */
    private static final List<String> DATA_SOURCE = List.of(
            "spring.datasource.url",
            "spring.datasource.username",
            "spring.datasource.password",
            "spring.datasource.jndi-name",
            "spring.datasource.hikari.jdbc-url");

    private static final String ENVIRONMENT = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        MutablePropertySources sources = environment.getPropertySources();
        PropertySource<?> variables = sources.get(ENVIRONMENT);
        if (variables == null) {
            return;
        }
        Map<String, Object> properties = Map.copyOf(Variable.properties(variables::getProperty));
        sources.remove(SOURCE);
        if (!properties.isEmpty()) {
            sources.addAfter(ENVIRONMENT, new MapPropertySource(SOURCE, properties));
        }
        sources.remove(DATA_SOURCE_DEFAULTS);
        Object url = variables.getProperty(Variable.DATABASE_URL.name());
        if (url != null && DATA_SOURCE.stream().noneMatch(environment::containsProperty)) {
            PostgresUrl address = PostgresUrl.parse(url.toString(), Variable.DATABASE_URL.name());
            sources.addLast(new MapPropertySource(DATA_SOURCE_DEFAULTS, dataSource(address)));
        }
    }

    /** As the three properties of a data source. */
    private static Map<String, Object> dataSource(PostgresUrl address) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", address.jdbcUrl());
        if (address.username() != null) {
            properties.put("spring.datasource.username", address.username());
        }
        if (address.password() != null) {
            properties.put("spring.datasource.password", address.password());
        }
        return properties;
    }
}
