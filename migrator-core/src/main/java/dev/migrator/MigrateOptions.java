package dev.migrator;

import org.jspecify.annotations.Nullable;

/**
 * What one call of {@link Migrator#migrate(MigrateOptions)} is to do.
 *
 * @param target the whole name of the last migration to run, or null for all
 * @param only the whole name of the one migration to run, or null; a manual-only one, or one of another environment, runs
 *     too: whoever names it has decided so
 * @param reason why a person asks for this run; goes into the log
 */
public record MigrateOptions(
        @Nullable String target,
        @Nullable String only,
        @Nullable String reason) {

    public static final MigrateOptions ALL = new MigrateOptions(null, null, null);

    public static MigrateOptions upTo(String target) {
        return new MigrateOptions(target, null, null);
    }

    /** Just this pending one; see {@link Migrator#resolve(String)} for names that a person has typed. */
    public static MigrateOptions only(String name) {
        return new MigrateOptions(null, name, null);
    }

    public MigrateOptions because(@Nullable String why) {
        return new MigrateOptions(target, only, why);
    }
}
