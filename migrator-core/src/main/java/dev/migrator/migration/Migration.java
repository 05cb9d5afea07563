package dev.migrator.migration;

import dev.migrator.directive.Directives;

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

    /** Whether a stored checksum, of whatever kind other tools recorded, is of this migration. */
    boolean matches(Checksum stored);

    Directives directives();
}
