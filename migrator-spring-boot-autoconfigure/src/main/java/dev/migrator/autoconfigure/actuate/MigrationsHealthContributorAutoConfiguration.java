package dev.migrator.autoconfigure.actuate;

import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorProperties;
import dev.migrator.autoconfigure.drift.DriftAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.autoconfigure.phase.LaterMigrations;
import dev.migrator.autoconfigure.phase.LaterState;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the health indicator {@code migrations}. */
@AutoConfiguration(after = {MigratorAutoConfiguration.class, DriftAutoConfiguration.class})
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(MigrationActivity.class)
@ConditionalOnEnabledHealthIndicator("migrations")
public final class MigrationsHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"migrationsHealthIndicator", "migrationsHealthContributor"})
    MigrationsHealthIndicator migrationsHealthIndicator(
            MigrationActivity activity,
            ObjectProvider<DriftMemory> drift,
            ObjectProvider<LaterMigrations> later,
            ObjectProvider<MigratorProperties> properties) {
        MigratorProperties settings = properties.getIfAvailable();
        return new MigrationsHealthIndicator(
                activity,
                drift.getIfAvailable(),
                settings != null && settings.drift().degradesHealth(),
                () -> {
                    LaterMigrations migrations = later.getIfAvailable();
                    return migrations == null ? LaterState.NOTHING : migrations.state();
                });
    }
}
