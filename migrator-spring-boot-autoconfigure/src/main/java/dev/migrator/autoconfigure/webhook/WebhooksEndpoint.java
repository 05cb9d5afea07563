package dev.migrator.autoconfigure.webhook;

import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The endpoint {@code migrationwebhooks}: how delivery stands, from memory. */
@Endpoint(id = "migrationwebhooks")
final class WebhooksEndpoint {

    private final Webhooks webhooks;

    WebhooksEndpoint(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @ReadOperation
    Map<String, Object> webhooks() {
        return OperationResponseBody.of(Map.of("webhooks", webhooks.documents()));
    }
}
