package dev.migrator.autoconfigure;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.environment.ConditionalOnSwitch;
import dev.migrator.autoconfigure.environment.UnknownSettings;
import dev.migrator.autoconfigure.phase.InstanceRegistry;
import dev.migrator.autoconfigure.phase.LaterMigrations;
import dev.migrator.event.MigrationListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.SchemaManagement;
import org.springframework.boot.jdbc.SchemaManagementProvider;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of migrations: the engine, and its run in the start of the service.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@EnableConfigurationProperties(MigratorProperties.class)
public final class MigratorAutoConfiguration {

    /** Longer than a rolling update takes: then nobody is alive who began before there was a registry. */
    private static final Duration SETTLING_OF_A_REGISTRY = Duration.ofMinutes(15);

    private static final Logger log = LoggerFactory.getLogger(MigratorAutoConfiguration.class);

    @Bean
    static LazyInitializationExcludeFilter migrationsAreNotLazy() {
        return LazyInitializationExcludeFilter.forBeanTypes(
                MigrationInitializer.class, SwitchedOff.class, WithoutDatabase.class);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSwitch(name = "migrator.enabled", unset = true)
    @Conditional(OnDatabase.class)
    @Import(DatabaseInitializationDependencyConfigurer.class)
    static class WithDatabase {

        @Bean
        @ConditionalOnMissingBean
        MigrationActivity migrationActivity(MigratorProperties properties, Environment environment) {
            boolean migrates = properties.environmentsOf(environment).migrateHere();
            return new MigrationActivity(Clock.systemUTC(), migrates ? Phase.PENDING : Phase.UNKNOWN);
        }

        @Bean
        MigratorFactory migratorFactory(
                MigratorProperties properties,
                ConfigurableEnvironment environment,
                ObjectProvider<MigratorConnectionDetails> connectionDetails,
                ConfigurableListableBeanFactory beans,
                ObjectProvider<MigrationListener> listeners,
                ObjectProvider<MigratorBuilderCustomizer> customizers) {
            UnknownSettings.refuse(environment);
            return new MigratorFactory(properties, environment, connectionDetails, beans, listeners, customizers);
        }

        @Bean
        @ConditionalOnMissingBean
        Migrator migrator(MigratorFactory factory) {
            return factory.create(List.of());
        }

        @Bean
        StartupModeChoice migratorStartupMode(
                MigratorProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
            // where nothing migrates, no bean must wait for it
            StartupMode mode = properties.environmentsOf(environment).migrateHere()
                    ? properties.startup().mode()
                    : StartupMode.RUNNER;
            return new StartupModeChoice(mode, beans, environment);
        }

        @Bean
        StartupMigration startupMigration(
                Migrator migrator,
                MigrationActivity activity,
                MigratorProperties properties,
                StartupModeChoice mode,
                Environment environment,
                LaterMigrations later) {
            StartupMigration.Task task = task(properties, mode, environment);
            if (task == StartupMigration.Task.NOTHING) {
                log.info("No migrations at this start: {}", properties.environmentsOf(environment));
            }
            return new StartupMigration(migrator, activity, task, properties.failFast(), later);
        }

        private static StartupMigration.Task task(
                MigratorProperties properties, StartupModeChoice mode, Environment environment) {
            if (!properties.environmentsOf(environment).migrateHere()) {
                return StartupMigration.Task.NOTHING;
            }
            return properties.autoMigrate() && !mode.isVerifyOnly()
                    ? StartupMigration.Task.MIGRATE
                    : StartupMigration.Task.VERIFY;
        }

        @Bean
        LaterMigrations laterMigrations(
                Migrator migrator, MigratorProperties properties, StartupModeChoice mode, Environment environment) {
            StartupMigration.Task task = task(properties, mode, environment);
            return new LaterMigrations(
                    migrator,
                    new LaterMigrations.Settings(
                            task == StartupMigration.Task.MIGRATE,
                            properties.startup().retryInterval(),
                            task == StartupMigration.Task.NOTHING
                                    ? InstanceRegistry.NEVER
                                    : properties.instances().registry(),
                            properties.instances().heartbeat(),
                            SETTLING_OF_A_REGISTRY));
        }

        @Bean
        MigrationInitializer migrationInitializer(StartupMigration migration, StartupModeChoice mode) {
            return MigrationInitializer.thatHasMigrated(migration, mode);
        }

        @Bean
        MigrationLifecycle migrationLifecycle(
                StartupMigration migration,
                MigratorProperties properties,
                StartupModeChoice mode,
                ApplicationContext context) {
            var background =
                    new BackgroundMigration(migration, properties.startup().retryInterval());
            return new MigrationLifecycle(migration, background, mode, context);
        }

        /** Keeps JPA from creating tables by itself. */
        @Bean
        SchemaManagementProvider migratorSchemaManagementProvider() {
            return (DataSource source) -> SchemaManagement.MANAGED;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSwitch(name = "migrator.enabled", unset = true)
    @Conditional(OnNoDatabase.class)
    static class WithoutDatabase {

        WithoutDatabase() {
            log.info("No migrations: there is neither a data source nor migrator.url (DATABASE_URL)");
        }

        @Bean
        @ConditionalOnMissingBean
        MigrationActivity migrationActivity() {
            return new MigrationActivity(Clock.systemUTC(), Phase.UNKNOWN);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSwitch(name = "migrator.enabled", unset = true, is = false)
    static class SwitchedOff {

        SwitchedOff() {
            log.info("No migrations: they are switched off (migrator.enabled=false)");
        }

        @Bean
        @ConditionalOnMissingBean
        MigrationActivity migrationActivity() {
            return new MigrationActivity(Clock.systemUTC(), Phase.UNKNOWN);
        }
    }
}
