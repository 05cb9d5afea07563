package dev.migrator.autoconfigure.observe;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} of traces, and of the metrics that are made of observations. */
@AutoConfiguration
@ConditionalOnClass(ObservationRegistry.class)
public final class MigratorObservationAutoConfiguration {

    @Bean
    ObservedRuns migratorObservedRuns(ObjectProvider<ObservationRegistry> registry) {
        return new ObservedRuns(() -> registry.getIfUnique(() -> ObservationRegistry.NOOP));
    }
}
