package dev.migrator.autoconfigure;

import dev.migrator.Migrator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process (SIGTERM) cancels a run: its statement is stopped, rolled back and recorded. Spring's own hook
 * can't do that: it waits until the start is over, which waits for the migrations.
 */
final class CancelOnShutdown {

    private static final Logger log = LoggerFactory.getLogger(CancelOnShutdown.class);

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

    /** The process ends when its last hook returns: this one returns when what became of the run is recorded. */
    private static void cancel(Migrator migrator) {
        if (!migrator.cancel("because the process ends")) {
            log.warn("The process ends before its migration could be cancelled; the next start sees how far it came");
        }
    }

    private void remove() {
        if (hook == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("The process ends: its hook has ended this run");
        }
    }
}
