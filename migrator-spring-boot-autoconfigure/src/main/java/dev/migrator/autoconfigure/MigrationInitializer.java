package dev.migrator.autoconfigure;

import org.springframework.beans.factory.InitializingBean;

/** Migrates before the first bean that uses the database: Spring Boot makes those beans depend on this one. */
final class MigrationInitializer implements InitializingBean {

    private final StartupMigration migration;
    private final StartupModeChoice mode;

    MigrationInitializer(StartupMigration migration, StartupModeChoice mode) {
        this.migration = migration;
        this.mode = mode;
    }

    @Override
    public void afterPropertiesSet() {
        if (mode.chosen() == StartupMode.EARLY) {
            migration.run();
        }
    }
}
