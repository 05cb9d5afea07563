package dev.migrator.autoconfigure.observe;

import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftMemory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.util.OptionalInt;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} of the gauges, and of timers with the engine's own durations. */
@AutoConfiguration(
        after = MigratorAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({MeterRegistry.class, ObservationRegistry.class})
@ConditionalOnBean(MigrationActivity.class)
public final class MigratorMetricsAutoConfiguration {

    @Bean
    MigratorMeters migratorMeters(MigrationActivity activity, ObjectProvider<DriftMemory> drift) {
        return new MigratorMeters(
                activity,
                () -> {
                    DriftMemory memory = drift.getIfAvailable();
                    return memory == null ? OptionalInt.empty() : memory.objects();
                },
                Clock.systemUTC());
    }

    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    ExactTimers migratorExactTimers(ObjectProvider<MeterRegistry> registry) {
        return new ExactTimers(registry::getObject);
    }
}
