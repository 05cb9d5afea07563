package dev.migrator.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listeners as one. */
public final class Listeners implements MigrationListener {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<MigrationListener> listeners;

    public Listeners(List<MigrationListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void on(MigrationEvent event) {
        for (MigrationListener listener : listeners) {
            try {
                listener.on(event);
            } catch (Exception | LinkageError | AssertionError e) {
                log.warn(
                        "A listener failed at {}; the run goes on",
                        event.getClass().getSimpleName(),
                        e);
            }
        }
    }
}
