package dev.migrator.postgres;

import java.time.Duration;

/** A thread that looks on beside the work of another one, until that one tells it to end. It keeps no JVM alive. */
public final class Lookout {

    private final Object change = new Object();
    private final Thread thread;
    private boolean over;

    /** What it does. */
    @FunctionalInterface
    public interface Watching {

        /** Returns when there is nothing more to look at, or soon after a pause was cut short. */
        void watch(Lookout self) throws InterruptedException;
    }

    private Lookout(String name, Watching watching) {
        this.thread = new Thread(() -> watch(watching), name);
        this.thread.setDaemon(true);
    }

    public static Lookout start(String name, Watching watching) {
        Lookout lookout = new Lookout(name, watching);
        lookout.thread.start();
        return lookout;
    }

    private void watch(Watching watching) {
        try {
            watching.watch(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On its own thread, between two looks: false as soon as it is over. */
    public boolean pause(Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        synchronized (change) {
            for (long left = length.toNanos(); !over && left > 0; left = end - System.nanoTime()) {
                change.wait(left / 1_000_000 + 1);
            }
            return !over;
        }
    }

    public boolean isOver() {
        synchronized (change) {
            return over;
        }
    }

    /**
     * Tells it to end and waits for that, but no longer than this: it may be at a question that a silent server does not
     * answer. An interrupt from before does not shorten the wait, one meanwhile does; it stays set for the caller.
     */
    public void end(Duration patience) {
        synchronized (change) {
            over = true;
            change.notifyAll();
        }
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(patience.toMillis() + 1);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
