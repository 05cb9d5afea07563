package dev.migrator.autoconfigure.webhook;

import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** {@link EnableAutoConfiguration Auto-configuration} of webhooks; without one of them it costs nothing. */
@AutoConfiguration
@EnableConfigurationProperties(WebhookProperties.class)
public final class WebhookAutoConfiguration {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    @Bean
    Webhooks migratorWebhooks(WebhookProperties properties, Environment environment) {
        String application = environment.getProperty("spring.application.name", "service");
        return new Webhooks(Target.of(properties), application, Clock.systemUTC(), FIRST_PAUSE);
    }
}
