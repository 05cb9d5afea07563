package dev.migrator.migration;

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
     * A name, and what makes the object. It is called at most once a look, and must give an object of that name.
     *
     * @param origin what people see of where it comes from, such as the class
     */
    record Entry(MigrationName name, String origin, Supplier<? extends MigrationCode> code) {}

    static DataMigrationSource of(List<? extends MigrationCode> migrations) {
        List<Entry> entries = migrations.stream()
                .map(code -> new Entry(code.name(), code.getClass().getName(), () -> code))
                .toList();
        return () -> entries;
    }
}
