package dev.migrator.schema;

import dev.migrator.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements that make an object, from what the server said of it. None ends in a semicolon. */
public final class Ddl {

    /** The fact of a view; a table's are those of its columns. */
    public static final String COLUMN_COMMENTS = "column comments";

    /** A column's name and a literal, both as the server writes them. */
    private static final Pattern COLUMN_COMMENT =
            Pattern.compile("(?:\"(?:[^\"]|\"\")*\"|[^\\s\",]+) IS E?'(?:[^']|'')*'");

    private Ddl() {}

    /**
     * All that makes the object itself, with its comment. A table comes with its columns and its constraints except
     * foreign keys; indexes, triggers and policies are objects of their own.
     */
    public static List<String> create(SchemaObject object, SchemaSnapshot in) {
        List<String> statements = new ArrayList<>();
        if (object.kind() == ObjectKind.TABLE) {
            statements.addAll(TableDdl.create(object, in));
        } else {
            statements.add(one(object));
        }
        if (object.kind() == ObjectKind.INDEX) {
            in.find(ObjectKind.TABLE, object.name().whole())
                    .filter(table -> ("using index " + object.quoted()).equals(table.fact("replica identity")))
                    .ifPresent(table ->
                            statements.add("ALTER TABLE " + table.quoted() + " " + TableDdl.replicaIdentity(table)));
        }
        if (object.kind() == ObjectKind.COLUMN) {
            statements.addAll(TableDdl.afterColumn(object));
        } else if (object.is("enabled")) {
            statements.add(state(object));
        }
        statements.addAll(columnComments(object));
        if (object.is(SchemaObject.COMMENT)) {
            statements.add(comment(object));
        }
        return statements;
    }

    private static String one(SchemaObject object) {
        String name = object.quoted();
        return switch (object.kind()) {
            case SCHEMA -> "CREATE SCHEMA " + name;
            case EXTENSION ->
                "CREATE EXTENSION " + Names.quoted(object.name().name()) + " SCHEMA "
                        + Names.quoted(object.name().schema());
            case ENUM -> "CREATE TYPE " + name + " AS ENUM (" + labels(object) + ")";
            case DOMAIN -> "CREATE DOMAIN " + name + " AS " + domain(object);
            case COMPOSITE -> "CREATE TYPE " + name + " AS (" + orEmpty(object.fact("attributes")) + ")";
            case RANGE ->
                "CREATE TYPE " + name + " AS RANGE (subtype = " + object.need("subtype") + range(object) + ")";
            case SEQUENCE -> sequence(object);
            case AGGREGATE -> aggregate(object);
            case FUNCTION, PROCEDURE, TRIGGER, RULE -> withoutSemicolon(object.need("definition"));
            case TABLE -> throw new IllegalArgumentException("a table is more than one statement");
            case COLUMN -> "ALTER TABLE " + object.name().quotedRelation() + " ADD COLUMN " + TableDdl.column(object);
            case CONSTRAINT ->
                "ALTER TABLE " + object.name().quotedRelation() + " ADD CONSTRAINT " + name + " "
                        + object.need("definition");
            case INDEX -> object.need("definition").replaceFirst(" ON ONLY ", " ON ");
            case VIEW ->
                "CREATE VIEW " + name + surrounded(" WITH (", object.fact("options"), ")") + " AS"
                        + object.need("definition");
            case MATERIALIZED_VIEW ->
                "CREATE MATERIALIZED VIEW " + name + surrounded(" WITH (", object.fact("options"), ")") + " AS"
                        + object.need("definition");
            case POLICY -> policy(object);
        };
    }

    private static String labels(SchemaObject type) {
        return orEmpty(type.fact("labels"));
    }

    private static String domain(SchemaObject domain) {
        return domain.need("type")
                + surrounded(" COLLATE ", domain.fact("collation"), "")
                + surrounded(" DEFAULT ", domain.fact("default"), "")
                + (domain.is("not null") ? " NOT NULL" : "")
                + surrounded(" ", domain.fact("checks"), "");
    }

    private static String sequence(SchemaObject sequence) {
        return "CREATE " + (sequence.is("persistence") ? "UNLOGGED " : "") + "SEQUENCE " + sequence.quoted() + " "
                + options(sequence);
    }

    /** Of a sequence, in the order in which CREATE and ALTER take them. */
    static String options(SchemaObject sequence) {
        return "AS " + sequence.need("type") + " START WITH " + sequence.need("start") + " INCREMENT BY "
                + sequence.need("increment") + " MINVALUE " + sequence.need("min") + " MAXVALUE "
                + sequence.need("max") + " CACHE " + sequence.need("cache")
                + (sequence.is("cycle") ? " CYCLE" : "");
    }

    private static String range(SchemaObject range) {
        return surrounded(", subtype_opclass = ", range.fact("operator class"), "")
                + surrounded(", collation = ", range.fact("collation"), "")
                + surrounded(", canonical = ", range.fact("canonical"), "")
                + surrounded(", subtype_diff = ", range.fact("difference"), "");
    }

    private static String aggregate(SchemaObject aggregate) {
        String initial = aggregate.fact("initial");
        return "CREATE AGGREGATE " + aggregate.quoted() + " (SFUNC = " + aggregate.need("transition")
                + ", STYPE = " + aggregate.need("state")
                + surrounded(", FINALFUNC = ", aggregate.fact("final"), "")
                + surrounded(", COMBINEFUNC = ", aggregate.fact("combine"), "")
                + (initial == null ? "" : ", INITCOND = " + Sql.literal(initial))
                + surrounded(", PARALLEL = ", aggregate.fact("parallel"), "") + ")"
                + surrounded("\n-- and, which is left to you: ", aggregate.fact("more"), "\n");
    }

    private static String policy(SchemaObject policy) {
        return "CREATE POLICY " + policy.name().quoted() + " ON "
                + policy.name().quotedRelation()
                + surrounded(" AS ", policy.fact("kind"), "")
                + surrounded(" FOR ", policy.fact("command"), "")
                + surrounded(" TO ", policy.fact("roles"), "")
                + surrounded(" USING (", policy.fact("using"), ")")
                + surrounded(" WITH CHECK (", policy.fact("check"), ")");
    }

    /** The statements for {@link #COLUMN_COMMENTS}. */
    public static List<String> columnComments(SchemaObject view) {
        String comments = view.fact(COLUMN_COMMENTS);
        return comments == null
                ? List.of()
                : COLUMN_COMMENT
                        .matcher(comments)
                        .results()
                        .map(one -> "COMMENT ON COLUMN " + view.quoted() + "." + one.group())
                        .toList();
    }

    /** Of a trigger or a rule that does not stand as it was created. */
    private static String state(SchemaObject object) {
        String state = object.need("enabled");
        return "ALTER TABLE " + object.name().quotedRelation() + " "
                + (state.equals("disabled") ? "DISABLE " : "ENABLE " + state + " ") + word(object.kind()) + " "
                + object.name().quoted();
    }

    public static String comment(SchemaObject object) {
        return "COMMENT ON " + target(object) + " IS " + Sql.literal(object.fact(SchemaObject.COMMENT));
    }

    public static String drop(SchemaObject object) {
        return switch (object.kind()) {
            case COLUMN, CONSTRAINT ->
                "ALTER TABLE " + object.name().quotedRelation() + " DROP "
                        + (object.kind() == ObjectKind.COLUMN ? "COLUMN " : "CONSTRAINT ")
                        + object.name().quoted();
            default -> "DROP " + target(object);
        };
    }

    /** As COMMENT and DROP name it. */
    private static String target(SchemaObject object) {
        String name = object.quoted();
        return switch (object.kind()) {
            case ENUM, COMPOSITE, RANGE -> "TYPE " + name;
            case COLUMN -> "COLUMN " + object.name().quotedRelation() + "." + name;
            case INDEX -> "INDEX " + indexName(object);
            case EXTENSION -> "EXTENSION " + Names.quoted(object.name().name());
            case CONSTRAINT, TRIGGER, RULE, POLICY ->
                word(object.kind()) + " " + name + " ON " + object.name().quotedRelation();
            default -> word(object.kind()) + " " + name;
        };
    }

    /** An index lives in the schema of its table. */
    public static String indexName(SchemaObject index) {
        return Names.quoted(index.name().schema()) + "." + index.name().quoted();
    }

    private static String word(ObjectKind kind) {
        return kind.name().replace('_', ' ');
    }

    static String surrounded(String before, @Nullable String text, String after) {
        return text == null ? "" : before + text + after;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String withoutSemicolon(String statement) {
        return statement.endsWith(";") ? statement.substring(0, statement.length() - 1) : statement;
    }

    /** As a file: each with its semicolon. */
    public static String script(List<String> statements) {
        return statements.stream()
                .map(statement -> statement.startsWith("--") ? statement : statement + ";")
                .collect(Collectors.joining("\n"));
    }
}
