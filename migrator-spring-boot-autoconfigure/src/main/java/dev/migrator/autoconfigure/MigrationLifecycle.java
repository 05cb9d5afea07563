package dev.migrator.autoconfigure;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Migrates when every bean is there and the ports are open, and before anything begins to work by itself: listener
 * containers start in later phases, {@code @Scheduled} methods when the context is complete, and runners after that. An
 * ApplicationRunner would come too late for that: schedulers and containers work by then.
 */
final class MigrationLifecycle implements SmartLifecycle {

    /** After the web server's and the management server's, before all that works by itself: streams begin at MAX - 1000. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1280;

    private final StartupMigration migration;
    private final BackgroundMigration background;
    private final StartupModeChoice mode;
    private final ApplicationContext context;
    private volatile boolean begun;

    MigrationLifecycle(
            StartupMigration migration,
            BackgroundMigration background,
            StartupModeChoice mode,
            ApplicationContext context) {
        this.migration = migration;
        this.background = background;
        this.mode = mode;
        this.context = context;
    }

    /** Once in the life of a context: one that was paused has its schema. */
    @Override
    public void start() {
        if (begun) {
            return;
        }
        begun = true;
        switch (mode.chosen()) {
            case RUNNER -> {
                // Spring Boot says so when the context is complete; a probe must not have to wait for that
                AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
                migration.run();
            }
            case BACKGROUND -> background.start();
            // the initializer has done the others
            case EARLY -> migration.runDeferred();
            case AUTO, VERIFY -> {
                // never chosen
            }
        }
    }

    @Override
    public void stop() {
        if (mode.chosen() == StartupMode.BACKGROUND) {
            begun = background.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return begun;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
