package dev.migrator.command;

import dev.migrator.Migrator;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, or a platform that ends the process: a run in progress is cancelled, so the server rolls back at once instead of
 * working for a client that has gone, the history says what happened, and the verb has the last word. Where nothing runs
 * (a question is open, a connection is not there yet) the process ends at once. The JVM ends with 130 (143) by itself.
 */
public final class Interruption {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String why;
    private final Duration patience;
    private volatile @Nullable Migrator current;
    private volatile boolean ending;
    private volatile CountDownLatch verb = new CountDownLatch(0);

    Interruption(String why, Duration patience) {
        this.why = why;
        this.patience = patience;
    }

    /** @param why for the record, as the end of the sentence "cancelled …" */
    public static Interruption ofProcess(String why) {
        Interruption interruption = new Interruption(why, PATIENCE);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::end, "interruption"));
        return interruption;
    }

    /** The one whose run is to be cancelled; the one before is forgotten. */
    public Migrator watch(Migrator migrator) {
        current = migrator;
        if (ending) {
            migrator.stop(why);
        }
        return migrator;
    }

    /** Runs a verb to the end of its last word; also one within another, such as a shell's. */
    public int during(IntSupplier work) {
        CountDownLatch outer = verb;
        CountDownLatch own = new CountDownLatch(1);
        verb = own;
        try {
            return work.getAsInt();
        } finally {
            verb = outer;
            current = null;
            own.countDown();
        }
    }

    /** Cancels what runs, and the process goes on; does nothing where nothing runs. */
    public boolean cancel(String reason) {
        Migrator running = current;
        return running != null && running.isRunning() && running.cancel(reason);
    }

    /** For good: what the verb has not begun yet it does not begin any more. */
    void end() {
        CountDownLatch talking = verb;
        ending = true;
        Migrator running = current;
        boolean isBusy = running != null && running.isRunning();
        if (running == null || !running.stop(why) || !isBusy) {
            return;
        }
        try {
            talking.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
