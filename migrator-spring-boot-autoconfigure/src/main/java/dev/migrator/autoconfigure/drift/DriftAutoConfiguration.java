package dev.migrator.autoconfigure.drift;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorProperties;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} of looks for drift, on request and from time to time. */
@AutoConfiguration(after = MigratorAutoConfiguration.class)
@ConditionalOnBean({Migrator.class, MigrationActivity.class})
public final class DriftAutoConfiguration {

    @Bean
    DriftMemory migratorDriftMemory() {
        return new DriftMemory();
    }

    @Bean
    DriftCheck migratorDriftCheck(Migrator migrator, DriftMemory memory) {
        return new DriftCheck(migrator, memory, Clock.systemUTC());
    }

    @Bean
    DriftSchedule migratorDriftSchedule(DriftCheck check, MigrationActivity activity, MigratorProperties properties) {
        return new DriftSchedule(check, activity, properties.drift().interval());
    }
}
