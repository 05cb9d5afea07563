package dev.migrator.migration;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the migrations in Java come from. It is asked at each look, on the thread that looks, and gives names; the objects
 * are made when one of them is pending, so that they may need what earlier migrations create.
 */
@FunctionalInterface
public interface DataMigrationSource {

    List<Entry> list();

    /**
     * A name, and what makes the object. It is called at most once a look, and must give an object of that name. It may
     * throw a {@link MigratorException} with {@link ProblemCode#CODE_DEFERRED} where that is possible only when all others
     * are done: then this run leaves the migration out, with those that depend on it.
     *
     * @param origin what people see of where it comes from, such as the class
     * @param deferred whether an earlier run left it out, so that it comes after later ones on purpose
     */
    record Entry(MigrationName name, String origin, Supplier<? extends MigrationCode> code, boolean deferred) {

        public Entry(MigrationName name, String origin, Supplier<? extends MigrationCode> code) {
            this(name, origin, code, false);
        }
    }

    static DataMigrationSource of(List<? extends MigrationCode> migrations) {
        List<Entry> entries = migrations.stream()
                .map(code -> new Entry(code.name(), code.getClass().getName(), () -> code))
                .toList();
        return () -> entries;
    }
}
