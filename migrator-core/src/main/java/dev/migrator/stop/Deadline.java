package dev.migrator.stop;

import dev.migrator.postgres.Lookout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Stops a run when its time is over. The thread exists only where a time-out is set. */
public final class Deadline implements AutoCloseable {

    private static final Duration ENDING = Duration.ofSeconds(1);

    private final @Nullable Duration timeout;
    private final Cancellation cancellation;
    private @Nullable Lookout lookout;

    public Deadline(@Nullable Duration timeout, Cancellation cancellation) {
        this.timeout = timeout;
        this.cancellation = cancellation;
    }

    public void start() {
        Duration limit = timeout;
        if (limit != null) {
            lookout = Lookout.start("migrator-deadline", self -> watch(self, limit));
        }
    }

    private void watch(Lookout self, Duration limit) throws InterruptedException {
        if (self.pause(limit)) {
            cancellation.overtime(limit);
        }
    }

    /** The run has ended: whoever is just stopping it hears that first. Nothing of a run outlives it, the thread neither. */
    @Override
    public void close() {
        cancellation.close();
        if (lookout != null) {
            lookout.end(ENDING);
        }
    }
}
