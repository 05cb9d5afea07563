package dev.migrator.autoconfigure;

/** Migrates before the first bean that uses the database: Spring Boot makes those beans depend on this one. */
final class MigrationInitializer {

    private MigrationInitializer() {}

    /**
     * Migrates first. Not in a callback after its creation: where circular references are allowed, Spring would hand out
     * the unfinished object to a migration's beans, and they would find no schema.
     */
    static MigrationInitializer thatHasMigrated(StartupMigration migration, StartupModeChoice mode) {
        if (mode.chosen() == StartupMode.EARLY) {
            migration.runEarly();
        }
        return new MigrationInitializer();
    }
}
