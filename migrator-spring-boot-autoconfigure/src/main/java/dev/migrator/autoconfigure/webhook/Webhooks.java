package dev.migrator.autoconfigure.webhook;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.DisposableBean;

/** Puts what happens into the outboxes of those who want to know it, and says what became of that. */
public final class Webhooks implements MigrationListener, DisposableBean {

    /** So long the end of the service, of a failed start or of a command waits for what is not told yet; all together. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<Outbox> outboxes;
    private final String application;
    private final Clock clock;

    Webhooks(List<Target> targets, String application, Clock clock, Duration firstPause) {
        this.outboxes = targets.stream()
                .map(target -> new Outbox(target, clock, firstPause))
                .toList();
        this.application = application;
        this.clock = clock;
    }

    @Override
    public void on(MigrationEvent event) {
        WebhookMessage.of(event, application, clock.instant())
                .ifPresent(message -> outboxes.stream()
                        .filter(outbox -> outbox.target().events().contains(message.event()))
                        .forEach(outbox -> outbox.add(message)));
    }

    /** How delivery stands, a document for each target. From memory. */
    public List<Map<String, Object>> documents() {
        return outboxes.stream().map(Outbox::document).toList();
    }

    @Override
    public void destroy() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        // all of them at once: one that hangs must not take the others' time
        outboxes.forEach(outbox -> outbox.endAt(end));
        for (Outbox outbox : outboxes) {
            outbox.close();
        }
    }
}
