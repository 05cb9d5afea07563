package dev.migrator.autoconfigure.event;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.metrics.ApplicationStartup;

/** {@link EnableAutoConfiguration Auto-configuration} of what the service hears of its migrations. */
@AutoConfiguration
public final class MigratorEventsAutoConfiguration {

    @Bean
    PublishedEvents migratorPublishedEvents(ApplicationEventPublisher publisher) {
        return new PublishedEvents(publisher);
    }

    @Bean
    StartupSteps migratorStartupSteps(ApplicationStartup startup) {
        return new StartupSteps(startup);
    }
}
