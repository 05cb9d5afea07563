package dev.migrator.expected;

import dev.migrator.schema.Ddl;
import dev.migrator.schema.Names;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a column can be added in a moment: without a look at any row, and without writing one anew. */
final class ColumnRules {

    private final Set<ObjectName> empty;

    ColumnRules(Set<ObjectName> empty) {
        this.empty = empty;
    }

    /** Why not, or null. */
    @Nullable
    String danger(SchemaObject column) {
        String danger = dangerWithRows(column);
        return danger == null || empty.contains(column.name().whole()) ? null : danger;
    }

    private static @Nullable String dangerWithRows(SchemaObject column) {
        if (column.is("identity")) {
            return "An identity column numbers every row that is there: the table is written anew under its lock.";
        }
        if (column.is("stored")) {
            return "A stored generated column is computed for every row: the table is written anew under its lock.";
        }
        if (column.is("volatile")) {
            return "The default is another one for each row: the table is written anew under its lock.";
        }
        if (column.is("constrained")) {
            return "The domain has constraints: the table is written anew under its lock to check them.";
        }
        return column.is("not null") && !column.is("default")
                ? "It is NOT NULL without a default, and the rows that are there have no value for it."
                : null;
    }

    /** In steps that no reader or writer waits for. */
    List<String> migration(SchemaObject column) {
        boolean byType = column.is("constrained") || column.is("volatile") && !column.is("default");
        if (column.is("identity") || column.is("stored") || byType) {
            return List.of("-- writes the whole table anew under its lock", one(column));
        }
        String alter = "ALTER TABLE " + column.name().quotedRelation();
        String name = column.name().quoted();
        List<String> statements = new ArrayList<>();
        statements.add(one(column.without("not null").without("default")));
        if (column.is("default")) {
            statements.add(alter + " ALTER COLUMN " + name + " SET DEFAULT " + column.need("default"));
        }
        statements.add("-- then fill it, in batches: UPDATE " + column.name().quotedRelation() + " SET " + name
                + " = … WHERE " + name + " IS NULL");
        if (column.is("not null")) {
            statements.add(ByHand.LATER);
            statements.addAll(notNull(column));
        }
        return statements;
    }

    /** The rows are read while the traffic goes on; each statement is to commit before the next one. */
    static List<String> notNull(SchemaObject column) {
        String alter = "ALTER TABLE " + column.name().quotedRelation();
        String name = column.name().quoted();
        String check =
                Names.quoted(column.name().relation() + "_" + column.name().name() + "_not_null");
        return List.of(
                alter + " ADD CONSTRAINT " + check + " CHECK (" + name + " IS NOT NULL) NOT VALID",
                alter + " VALIDATE CONSTRAINT " + check,
                alter + " ALTER COLUMN " + name + " SET NOT NULL",
                alter + " DROP CONSTRAINT " + check);
    }

    private static String one(SchemaObject column) {
        return Ddl.create(column, new SchemaSnapshot(List.of(column))).get(0);
    }
}
