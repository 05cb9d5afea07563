package dev.migrator.migration;

import dev.migrator.directive.Directives;
import org.jspecify.annotations.Nullable;

/**
 * A migration in SQL, with the file that takes it back where there is one.
 *
 * @param directives what the head of {@code up} asks for
 * @param downDirectives what the head of {@code down} asks for: how it runs, never whether
 */
public record SqlMigration(
        MigrationName name, SqlText up, @Nullable SqlText down, Directives directives, Directives downDirectives)
        implements Migration {

    public SqlMigration(MigrationName name, SqlText up, @Nullable SqlText down, Directives directives) {
        this(name, up, down, directives, Directives.NONE);
    }

    @Override
    public Kind kind() {
        return name.isRepeatableName() || directives.repeatable() ? Kind.REPEATABLE : Kind.SQL;
    }

    @Override
    public boolean isReversible() {
        return down != null;
    }

    /** Of {@code up} alone: a way back may be added or mended after the way forward was applied. */
    @Override
    public Checksum checksum() {
        return up.checksum();
    }

    @Override
    public boolean matches(Checksum stored) {
        return up.matches(stored);
    }
}
