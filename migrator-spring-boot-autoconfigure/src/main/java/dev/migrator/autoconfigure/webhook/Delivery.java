package dev.migrator.autoconfigure.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;

/** Sends one message once, and says what came of it. */
final class Delivery {

    /** What came of it: a reason in one line where it was not taken, without anything of the address. */
    record Outcome(boolean taken, boolean mayTryAgain, String reason) {}

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            // whoever answers with a redirect would choose who else hears of it
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(ProxySelector.getDefault())
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final Target target;
    private final Clock clock;

    Delivery(Target target, Clock clock) {
        this.target = target;
        this.clock = clock;
    }

    Outcome send(String id, WebhookMessage message, Duration within) throws InterruptedException {
        String body = message.body(target.format(), id);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url())
                .timeout(within.compareTo(ANSWER) < 0 ? within : ANSWER)
                .header("Content-Type", "application/json")
                .header("User-Agent", "migrator")
                .header("Migrator-Event", message.event().text())
                .header("Migrator-Delivery", id)
                .header("Migrator-Timestamp", timestamp)
                .POST(BodyPublishers.ofString(body));
        String secret = target.secret();
        if (secret != null) {
            request.header("Migrator-Signature", Signature.of(secret, timestamp, body));
        }
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
            // what it says besides is not read: its time-out ends with the headers, and a body may never end
            answer.body().close();
            return outcome(answer.statusCode());
        } catch (IOException | RuntimeException e) {
            // its message may hold the address; what is no trouble of the network is the same the next time
            return new Outcome(false, e instanceof IOException, e.getClass().getSimpleName());
        }
    }

    private static Outcome outcome(int status) {
        boolean taken = status >= 200 && status < 300;
        boolean passing = status >= 500 || status == 429 || status == 408;
        String redirect = status >= 300 && status < 400 ? ": a redirect, which is not followed" : "";
        return new Outcome(taken, passing, "status " + status + redirect);
    }
}
