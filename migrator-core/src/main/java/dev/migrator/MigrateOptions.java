package dev.migrator;

import org.jspecify.annotations.Nullable;

/**
 * What one call of {@link Migrator#migrate(MigrateOptions)} is to do.
 *
 * @param target the whole name of the last migration to run, or null for all
 */
public record MigrateOptions(@Nullable String target) {

    public static final MigrateOptions ALL = new MigrateOptions(null);

    public static MigrateOptions upTo(String target) {
        return new MigrateOptions(target);
    }
}
