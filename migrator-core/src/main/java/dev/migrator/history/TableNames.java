package dev.migrator.history;

import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of the tracking tables, quoted. Without a schema they are found by the search path, which is good enough for
 * one look; whatever writes uses the schema that was found, because a migration may change the search path.
 */
public record TableNames(@Nullable String schema, String table) {

    private static final int LONGEST_SUFFIX = "_snapshots".length();

    public TableNames {
        check("migrator.table", table.isEmpty() ? table : table + "x".repeat(LONGEST_SUFFIX));
        if (schema != null) {
            check("migrator.schema", schema);
        }
    }

    private static void check(String setting, String name) {
        if (!Sql.fitsIdentifier(name)) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING,
                    setting,
                    "A name of PostgreSQL has 1 to 63 bytes, ours together with its suffix too.",
                    "Choose another name."));
        }
    }

    public TableNames in(String foundSchema) {
        return new TableNames(foundSchema, table);
    }

    String history() {
        return qualified(table);
    }

    String log() {
        return qualified(table + "_log");
    }

    /** The checkpoints of batched migrations: {@code schema_migrations} has {@code schema_migration_batches}. */
    public String batches() {
        return qualified(batchesTable());
    }

    /** The rows that batched migrations have left out. */
    public String failures() {
        return qualified(failuresTable());
    }

    String batchesTable() {
        return singular() + "_batches";
    }

    String failuresTable() {
        return singular() + "_failures";
    }

    String snapshots() {
        return qualified(table + "_snapshots");
    }

    /** Every table that is or may become ours, without its schema: no snapshot of a schema shows them. */
    public List<String> all() {
        return List.of(
                table,
                table + "_log",
                table + "_snapshots",
                batchesTable(),
                failuresTable(),
                "migration_locks",
                "migration_instances");
    }

    private String singular() {
        return table.equals("schema_migrations") ? "schema_migration" : table;
    }

    private String qualified(String name) {
        return (schema == null ? "" : Sql.identifier(schema) + ".") + Sql.identifier(name);
    }

    /** For {@code to_regclass} and the like. */
    public String qualifiedHistory() {
        return history();
    }

    /** For people: {@code public.schema_migrations}. */
    public String display() {
        return (schema == null ? "" : schema + ".") + table;
    }
}
