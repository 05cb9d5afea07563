package dev.migrator.migration;

/** What a user wrote, known by its name, not yet judged against a database. */
public sealed interface Migration permits SqlMigration {

    enum Kind {
        /** Runs once. */
        SQL,
        /** Runs again whenever its checksum changes. */
        REPEATABLE
    }

    MigrationName name();

    Kind kind();

    Checksum checksum();

    Directives directives();
}
