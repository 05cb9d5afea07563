package dev.migrator.autoconfigure.webhook;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell, with settings that were found fit.
 *
 * @param name what people see of it: its place in the settings and its host
 */
record Target(
        String name,
        URI url,
        Set<WebhookEvent> events,
        @Nullable String secret,
        WebhookProperties.Format format) {

    private static final int SHORTEST_SECRET = 16;

    static List<Target> of(WebhookProperties properties) {
        List<Target> targets = new ArrayList<>();
        for (WebhookProperties.Webhook webhook : properties.webhooks()) {
            targets.add(of("migrator.webhooks[" + targets.size() + "]", webhook));
        }
        return targets;
    }

    private static Target of(String setting, WebhookProperties.Webhook webhook) {
        URI url = url(setting + ".url", webhook.url());
        String secret = webhook.secret() == null || webhook.secret().isEmpty() ? null : webhook.secret();
        if (secret != null && secret.length() < SHORTEST_SECRET) {
            throw invalid(
                    setting + ".secret", "It has fewer than " + SHORTEST_SECRET + " characters.", "Make it longer.");
        }
        return new Target(
                setting + " (" + url.getHost() + ")", url, Set.copyOf(webhook.events()), secret, webhook.format());
    }

    /** The value is in no message: a path or a query may be a token. */
    private static URI url(String setting, @Nullable String text) {
        URI url = null;
        try {
            url = text == null || text.isBlank() ? null : URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            // its text has the value in it
            throw invalid(setting, "It is no URL.", "Write it as https://host/path.");
        }
        if (url == null
                || url.getHost() == null
                || !Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw invalid(setting, "It is missing, or not of the form https://host/path.", "Correct it.");
        }
        if (url.getUserInfo() != null) {
            throw invalid(
                    setting,
                    "It has a user or a password in it, which nobody would send.",
                    "Use migrator.webhooks[n].secret.");
        }
        return url;
    }

    private static MigratorException invalid(String setting, String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.INVALID_SETTING, setting, description, action));
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return name;
    }
}
