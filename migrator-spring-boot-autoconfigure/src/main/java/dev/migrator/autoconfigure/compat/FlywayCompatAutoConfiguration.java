package dev.migrator.autoconfigure.compat;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.environment.ConditionalOnSwitch;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} of the endpoint {@code flyway} for those who want it. */
@AutoConfiguration(after = MigratorAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnMissingClass("org.flywaydb.core.Flyway")
@ConditionalOnSwitch(name = "migrator.compat.flyway-endpoint", unset = false)
@ConditionalOnAvailableEndpoint(FlywayCompatEndpoint.class)
@ConditionalOnBean({Migrator.class, MigrationActivity.class})
@EnableConfigurationProperties(CompatProperties.class)
public final class FlywayCompatAutoConfiguration {

    @Bean
    FlywayCompatEndpoint migratorFlywayCompatEndpoint(
            Migrator migrator, MigrationActivity activity, ApplicationContext context) {
        return new FlywayCompatEndpoint(migrator, activity, context);
    }
}
