package dev.migrator.stop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Stops a run when its time is over. The thread exists only where a time-out is set. */
public final class Deadline implements AutoCloseable {

    private static final Duration ENDING = Duration.ofSeconds(1);

    private final @Nullable Thread thread;
    private final Object change = new Object();
    private boolean closed;

    public Deadline(@Nullable Duration timeout, Cancellation cancellation) {
        this.thread = timeout == null ? null : new Thread(() -> watch(timeout, cancellation), "migrator-deadline");
    }

    public void start() {
        if (thread != null) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void watch(Duration timeout, Cancellation cancellation) {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            synchronized (change) {
                for (long left = timeout.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
                    change.wait(left / 1_000_000 + 1);
                }
                if (closed) {
                    return;
                }
            }
            cancellation.overtime(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the thread too, so that nothing of a run outlives it; not long for one that is just stopping the run. */
    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            change.notifyAll();
        }
        if (thread == null) {
            return;
        }
        try {
            thread.join(ENDING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
