package dev.migrator.event;

/**
 * Hears of a run. It is called on the thread that runs, so it should be quick; what it throws is logged and forgotten:
 * a listener can never hurt the run.
 */
@FunctionalInterface
public interface MigrationListener {

    void on(MigrationEvent event);
}
