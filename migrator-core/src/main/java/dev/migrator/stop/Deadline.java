package dev.migrator.stop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Stops a run when its time is over. The thread exists only where a time-out is set. */
public final class Deadline implements AutoCloseable {

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

    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            change.notifyAll();
        }
    }
}
