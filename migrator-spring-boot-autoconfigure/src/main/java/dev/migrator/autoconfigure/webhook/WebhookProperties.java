package dev.migrator.autoconfigure.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of webhooks.
 *
 * @param webhooks whom to tell, each with a queue and a thread of its own
 */
@ConfigurationProperties("migrator")
public record WebhookProperties(@DefaultValue List<Webhook> webhooks) {

    /**
     * Whom to tell.
     *
     * @param url where to, http or https; it may hold a token, so it is never shown but for its host
     * @param events which: by default run-completed, run-failed and migration-failed
     * @param secret signs each message, at least 16 characters; without it they are not signed
     * @param format json, or slack for a text that chat services take
     */
    public record Webhook(
            @Nullable String url,

            @DefaultValue({"run-completed", "run-failed", "migration-failed"})
            List<WebhookEvent> events,

            @Nullable String secret,
            @DefaultValue("json") Format format) {

        /** Without what is secret. */
        @Override
        public String toString() {
            return "Webhook[events=" + events + ", format=" + format + "]";
        }
    }

    /** What the body of a message is. */
    public enum Format {
        JSON,
        SLACK
    }
}
