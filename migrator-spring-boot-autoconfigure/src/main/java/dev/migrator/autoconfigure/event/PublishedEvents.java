package dev.migrator.autoconfigure.event;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what happens as it is: {@code @EventListener void on(MigrationEvent.MigrationCompleted event)}. A listener that
 * throws ends only the delivery of that event. In early mode methods with {@code @EventListener} are not there yet.
 */
final class PublishedEvents implements MigrationListener {

    private final ApplicationEventPublisher publisher;

    PublishedEvents(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public void on(MigrationEvent event) {
        publisher.publishEvent(event);
    }
}
