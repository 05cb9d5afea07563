package dev.migrator.schema;

import java.util.List;

/**
 * What a snapshot is of.
 *
 * @param schemas by name; one that does not exist has no objects
 * @param ownSchema the schema of our tracking tables
 * @param ownTables their names, which no snapshot shows
 * @param grants whether rights are part of it
 */
public record SnapshotScope(List<String> schemas, String ownSchema, List<String> ownTables, boolean grants) {

    public SnapshotScope {
        schemas = List.copyOf(schemas);
        ownTables = List.copyOf(ownTables);
    }

    public SnapshotScope of(List<String> others) {
        return new SnapshotScope(others, ownSchema, ownTables, grants);
    }
}
