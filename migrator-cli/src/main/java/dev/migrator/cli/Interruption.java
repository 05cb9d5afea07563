package dev.migrator.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or a platform that ends the process: the run is cancelled, so the server rolls back at once instead of working
 * for a client that has gone, and the history says what happened. The JVM ends with 130 (143) by itself.
 */
final class Interruption {

    private static final long PATIENCE_SECONDS = 20;

    private Interruption() {}

    static void install(Connected connected, CountDownLatch ended) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(connected, ended), "interruption"));
    }

    private static void stop(Connected connected, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        connected.interrupt("by Ctrl-C or the end of the process");
        try {
            // the verb has the last word: what was rolled back, and what to do
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
