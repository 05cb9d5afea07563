package dev.migrator.autoconfigure;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;

/**
 * Migrates when every bean is there, before any other runner. The port is open and the service is alive; it becomes ready
 * when this has returned, and ends when this has thrown.
 */
final class MigrationRunner implements ApplicationRunner, Ordered {

    private final StartupMigration migration;
    private final StartupModeChoice mode;

    MigrationRunner(StartupMigration migration, StartupModeChoice mode) {
        this.migration = migration;
        this.mode = mode;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (mode.chosen() == StartupMode.RUNNER) {
            migration.run();
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
