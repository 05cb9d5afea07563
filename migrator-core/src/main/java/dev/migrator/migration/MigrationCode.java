package dev.migrator.migration;

import dev.migrator.directive.Phase;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A migration that a user writes in Java: a {@link DataMigration} in one transaction, or a {@link BatchMigration} in many.
 * It stands in one order and one history with the SQL files. Objects are made and methods called on the thread that runs
 * the migrations.
 */
public sealed interface MigrationCode permits DataMigration, BatchMigration {

    /** In the grammar of the files, for example {@code 20250121-password-bcrypt}. */
    MigrationName name();

    /**
     * Looks at what was done, in the same transaction as the record of success; false or an exception rolls it back and
     * fails the migration.
     */
    default boolean verify(MigrationContext context) throws Exception {
        return true;
    }

    /** Takes the migration back, in one transaction with its removal from the history. */
    default void down(MigrationContext context) throws Exception {
        throw new MigratorException(Problem.error(
                ProblemCode.REFUSED, name().value(), "It has no way back.", "Override down(MigrationContext)."));
    }

    /**
     * Whether {@link #down} may be called: by default, whether it is overridden. The question is put to the object itself,
     * so that a proxy around it (a transaction, a cache) answers for what it wraps.
     */
    default boolean rollbackable() {
        try {
            return getClass().getMethod("down", MigrationContext.class).getDeclaringClass() != MigrationCode.class;
        } catch (NoSuchMethodException e) {
            // a native image that was built without a hint for it: nothing is promised that may not be there
            return false;
        }
    }

    /** For people; the title of its name says it where this is empty. */
    default String description() {
        return "";
    }

    /** Whether it runs only when a person names it. */
    default boolean manual() {
        return false;
    }

    /** Where it runs; empty means everywhere. */
    default Set<String> environments() {
        return Set.of();
    }

    /** When it runs, beside a deployment; of no meaning for a manual one. */
    default Phase phase() {
        return Phase.PRE_DEPLOY;
    }

    /** Names of migrations that must have succeeded before. */
    default List<String> depends() {
        return List.of();
    }

    /**
     * Stands for the code in comparisons: when it differs from what was applied, that is told as it is of a changed file.
     * Null, the default, compares nothing.
     */
    default @Nullable String version() {
        return null;
    }
}
