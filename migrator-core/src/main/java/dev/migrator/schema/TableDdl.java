package dev.migrator.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How a table and its columns are written. */
final class TableDdl {

    private TableDdl() {}

    static List<String> create(SchemaObject table, SchemaSnapshot in) {
        List<String> statements = new ArrayList<>();
        String name = table.name().quoted();
        String parent = table.fact("partition of");
        if (parent == null) {
            statements.add(ordinary(table, in));
        } else {
            // attaching queues for a weaker lock of the parent than PARTITION OF does
            statements.add("CREATE TABLE " + name + " (LIKE " + parent
                    + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION)"
                    + tail(table));
            for (SchemaObject constraint : constraints(table, in)) {
                statements.add("ALTER TABLE " + name + " ADD " + constraint(constraint));
            }
            statements.add("ALTER TABLE ONLY " + parent + " ATTACH PARTITION " + name + " " + table.need("bound"));
        }
        for (SchemaObject column : in.parts(ObjectKind.COLUMN, table.name())) {
            statements.addAll(column.is("inherited") ? besidesParent(column, in) : afterColumn(column));
            addComment(column, statements);
        }
        constraints(table, in).forEach(constraint -> addComment(constraint, statements));
        String security = table.fact("row security");
        if (security != null) {
            statements.add("ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY");
            if (security.contains("forced")) {
                statements.add("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY");
            }
        }
        String identity = table.fact("replica identity");
        boolean byConstraint = constraints(table, in).stream()
                .anyMatch(constraint -> ("using index " + constraint.quoted()).equals(identity));
        if (identity != null && (byConstraint || !identity.startsWith("using index"))) {
            statements.add("ALTER TABLE " + name + " " + replicaIdentity(table));
        }
        return statements;
    }

    static String replicaIdentity(SchemaObject table) {
        String identity = table.fact("replica identity");
        return "REPLICA IDENTITY "
                + (identity == null ? "DEFAULT" : identity.replaceFirst("^using index", "USING INDEX"));
    }

    private static void addComment(SchemaObject part, List<String> statements) {
        if (part.is(SchemaObject.COMMENT)) {
            statements.add(Ddl.comment(part));
        }
    }

    private static String ordinary(SchemaObject table, SchemaSnapshot in) {
        List<String> lines = new ArrayList<>();
        for (SchemaObject column : in.parts(ObjectKind.COLUMN, table.name())) {
            if (!column.is("inherited")) {
                lines.add(column(column));
            }
        }
        for (SchemaObject constraint : constraints(table, in)) {
            lines.add(constraint(constraint));
        }
        String body = lines.isEmpty() ? "()" : "(\n    " + String.join(",\n    ", lines) + "\n)";
        boolean foreign = "foreign".equals(table.fact("kind"));
        return "CREATE " + (foreign ? "FOREIGN " : table.is("persistence") ? "UNLOGGED " : "") + "TABLE "
                + table.name().quoted() + " " + body
                + Ddl.surrounded(" INHERITS (", table.fact("inherits"), ")")
                + Ddl.surrounded(" SERVER ", table.fact("server"), "")
                + tail(table);
    }

    private static String constraint(SchemaObject constraint) {
        return "CONSTRAINT " + constraint.name().quoted() + " " + valid(constraint.need("definition"));
    }

    /** What a partition or a child says of a column otherwise than its parents do. */
    private static List<String> besidesParent(SchemaObject column, SchemaSnapshot in) {
        List<SchemaObject> above = in.inheritedFrom(column);
        String alter = "ALTER TABLE " + column.name().quotedRelation() + " ALTER COLUMN "
                + column.name().quoted() + " ";
        List<String> statements = new ArrayList<>();
        String initial = column.fact("default");
        if (above.stream().noneMatch(parent -> Objects.equals(parent.fact("default"), initial))) {
            statements.add(alter + (initial == null ? "DROP DEFAULT" : "SET DEFAULT " + initial));
        }
        if (column.is("not null") && above.stream().noneMatch(parent -> parent.is("not null"))) {
            statements.add(alter + "SET NOT NULL");
        }
        if (above.stream().noneMatch(parent -> Objects.equals(parent.fact("storage"), column.fact("storage")))) {
            statements.addAll(afterColumn(column));
        }
        return statements;
    }

    /** Without foreign keys, which may need tables that come later. */
    private static List<SchemaObject> constraints(SchemaObject table, SchemaSnapshot in) {
        return in.parts(ObjectKind.CONSTRAINT, table.name()).stream()
                .filter(constraint -> !"foreign key".equals(constraint.fact("type")))
                .toList();
    }

    /** In a table without rows there is nothing left to validate. */
    private static String valid(String definition) {
        return definition.endsWith(" NOT VALID")
                ? definition.substring(0, definition.length() - " NOT VALID".length())
                : definition;
    }

    private static String tail(SchemaObject table) {
        return Ddl.surrounded(" PARTITION BY ", table.fact("partition by"), "")
                + Ddl.surrounded(" WITH (", table.fact("options"), ")");
    }

    /** As CREATE TABLE and ADD COLUMN take it. */
    static String column(SchemaObject column) {
        String generated = column.fact("generated");
        String identity = column.fact("identity");
        return column.name().quoted() + " " + column.need("type")
                + Ddl.surrounded(" COMPRESSION ", column.fact("compression"), "")
                + Ddl.surrounded(" COLLATE ", column.fact("collation"), "")
                + Ddl.surrounded(" DEFAULT ", column.fact("default"), "")
                + (generated == null
                        ? ""
                        : " GENERATED ALWAYS AS (" + generated + ") " + (column.is("stored") ? "STORED" : "VIRTUAL"))
                + (identity == null
                        ? ""
                        : " GENERATED " + identity + " AS IDENTITY"
                                + Ddl.surrounded(" (", column.fact("sequence"), ")"))
                + (column.is("not null") && identity == null ? " NOT NULL" : "");
    }

    /** What a column can't be given while it is added. */
    static List<String> afterColumn(SchemaObject column) {
        String storage = column.fact("storage");
        return storage == null
                ? List.of()
                : List.of("ALTER TABLE " + column.name().quotedRelation() + " ALTER COLUMN "
                        + column.name().quoted() + " SET STORAGE " + storage);
    }
}
