package dev.migrator.migration;

import dev.migrator.directive.Directives;
import org.jspecify.annotations.Nullable;

/** What a user wrote, known by its name, not yet judged against a database. */
public sealed interface Migration permits SqlMigration, CodeMigration, ElsewhereMigration {

    enum Kind {
        /** Runs once. */
        SQL,
        /** Runs again whenever its checksum changes. */
        REPEATABLE,
        /** Runs once, in Java. */
        CODE
    }

    MigrationName name();

    Kind kind();

    /** Null where nothing stands for its contents: code without a declared version. */
    @Nullable
    Checksum checksum();

    /** Whether a stored checksum, of whatever kind other tools recorded, is of this migration. */
    boolean matches(Checksum stored);

    Directives directives();

    /** Whether it says how it is taken back. */
    default boolean isReversible() {
        return false;
    }
}
