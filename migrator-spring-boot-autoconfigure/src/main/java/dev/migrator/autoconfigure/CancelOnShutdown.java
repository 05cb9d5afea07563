package dev.migrator.autoconfigure;

import dev.migrator.Migrator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process (SIGTERM) cancels a run: its statement is stopped, rolled back and recorded. Spring's own hook
 * can't do that: it waits until the start is over, which waits for the migrations.
 */
final class CancelOnShutdown {

    /** A pod has 30 seconds to end; recording takes far less. */
    private static final long MOST_SECONDS = 10;

    private static final Logger log = LoggerFactory.getLogger(CancelOnShutdown.class);

    private final CountDownLatch over = new CountDownLatch(1);
    private final @Nullable Thread hook;

    private CancelOnShutdown(Migrator migrator) {
        this.hook = register(new Thread(() -> cancel(migrator), "migrator-shutdown"));
    }

    static void during(Migrator migrator, Runnable run) {
        CancelOnShutdown hook = new CancelOnShutdown(migrator);
        try {
            run.run();
        } finally {
            hook.remove();
        }
    }

    private static @Nullable Thread register(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return hook;
        } catch (IllegalStateException e) {
            // the process ends already
            return null;
        }
    }

    private void cancel(Migrator migrator) {
        migrator.cancel();
        try {
            // the process ends when its last hook returns; the run needs a moment to record what became of it
            if (!over.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                log.warn("The process ends while a migration is still being cancelled; the next start sees how far it came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() {
        over.countDown();
        if (hook == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process ends: the hook itself has ended this run
            return;
        }
    }
}
