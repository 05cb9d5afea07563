package dev.migrator.reconcile;

import java.util.List;

/**
 * Whether the schema is remembered after each run, and what of it.
 *
 * @param schemas their names; none for the one of the tracking tables
 * @param grants whether rights count
 */
public record DriftSettings(boolean on, List<String> schemas, boolean grants) {

    public static final DriftSettings ON = new DriftSettings(true, List.of(), false);
    public static final DriftSettings OFF = new DriftSettings(false, List.of(), false);

    public DriftSettings {
        schemas = List.copyOf(schemas);
    }
}
