package dev.migrator.autoconfigure.webhook;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} of the endpoint {@code migrationwebhooks}. */
@AutoConfiguration(after = WebhookAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(WebhooksEndpoint.class)
@ConditionalOnBean(Webhooks.class)
public final class WebhooksEndpointAutoConfiguration {

    @Bean
    WebhooksEndpoint migratorWebhooksEndpoint(Webhooks webhooks) {
        return new WebhooksEndpoint(webhooks);
    }
}
