package dev.migrator.schema;

import dev.migrator.schema.Difference.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What would lead from the first snapshot to the second, as a draft for a person: it says what is lost, and it takes no
 * care of locks. What no statement leads to is a comment.
 */
final class DiffSql {

    private DiffSql() {}

    static List<String> statements(SchemaDiff diff) {
        List<String> statements = new ArrayList<>();
        List<Difference> wholes = diff.wholes();
        wholes.stream()
                .filter(difference -> difference.change() == Change.REMOVED)
                .sorted(Comparator.comparing(Difference::kind).reversed())
                .forEach(difference -> {
                    if (losesData(difference.kind())) {
                        statements.add("-- what is in it is lost: "
                                + difference.object().label());
                    }
                    statements.add(Ddl.drop(difference.object()));
                });
        // foreign keys last, and the parts of a new table with it
        diff.differences().stream()
                .filter(difference -> difference.change() == Change.ADDED)
                .filter(difference -> !comesWithItsTable(difference, diff))
                .sorted(Comparator.comparing((Difference difference) -> isForeignKey(difference.object()))
                        .thenComparing(Difference::kind)
                        .thenComparingLong(difference -> difference.object().created()))
                .forEach(difference -> statements.addAll(Ddl.create(difference.object(), diff.to())));
        diff.to().objects().stream()
                .filter(object -> object.is("owned by") && !diff.from().has(object.kind(), object.name()))
                .forEach(sequence -> statements.add(owned(sequence)));
        wholes.stream()
                .filter(difference -> difference.change() == Change.CHANGED)
                .forEach(difference -> statements.addAll(change(difference, diff.to())));
        return statements;
    }

    private static boolean losesData(ObjectKind kind) {
        return kind == ObjectKind.TABLE || kind == ObjectKind.COLUMN || kind == ObjectKind.SCHEMA;
    }

    static boolean isForeignKey(SchemaObject object) {
        return object.kind() == ObjectKind.CONSTRAINT && "foreign key".equals(object.fact("type"));
    }

    /** Columns and constraints stand within CREATE TABLE; a foreign key, an index or a trigger does not. */
    private static boolean comesWithItsTable(Difference difference, SchemaDiff diff) {
        boolean within = difference.kind() == ObjectKind.COLUMN
                || difference.kind() == ObjectKind.CONSTRAINT && !isForeignKey(difference.object());
        return difference.object().is("inherited")
                || within
                        && !diff.from().has(ObjectKind.TABLE, difference.name().whole());
    }

    static String owned(SchemaObject sequence) {
        return "ALTER SEQUENCE " + sequence.name().quoted() + " OWNED BY " + sequence.need("owned by");
    }

    static List<String> change(Difference difference, SchemaSnapshot to) {
        SchemaObject before = Objects.requireNonNull(difference.before());
        SchemaObject after = Objects.requireNonNull(difference.after());
        List<String> statements = new ArrayList<>();
        if (difference.facts().contains(SchemaObject.COMMENT)) {
            statements.add(Ddl.comment(after));
        }
        if (difference.facts().equals(List.of(SchemaObject.COMMENT))) {
            return statements;
        }
        switch (after.kind()) {
            case COLUMN -> statements.addAll(column(difference, after));
            case CONSTRAINT, INDEX, TRIGGER, POLICY, RULE, VIEW, MATERIALIZED_VIEW -> {
                statements.add(Ddl.drop(before));
                statements.addAll(Ddl.create(after, to));
            }
            case FUNCTION, PROCEDURE -> statements.addAll(Ddl.create(after, to));
            case EXTENSION ->
                statements.add("ALTER EXTENSION " + Names.quoted(after.name().name()) + " UPDATE TO '"
                        + after.need("version") + "'");
            default ->
                statements.add("-- " + after.label() + " differs in " + String.join(", ", difference.facts())
                        + ": write what leads there");
        }
        return statements;
    }

    private static List<String> column(Difference difference, SchemaObject after) {
        String alter = "ALTER TABLE " + after.name().quotedRelation() + " ALTER COLUMN "
                + after.name().quoted();
        List<String> statements = new ArrayList<>();
        for (String fact : difference.facts()) {
            String value = after.fact(fact);
            switch (fact) {
                case "type" -> statements.add(alter + " TYPE " + value);
                case "default" -> statements.add(alter + (value == null ? " DROP DEFAULT" : " SET DEFAULT " + value));
                case "not null" -> statements.add(alter + (value == null ? " DROP NOT NULL" : " SET NOT NULL"));
                case SchemaObject.COMMENT, "volatile", "constrained" -> {
                    // told above, or told by the default and the type
                }
                default -> statements.add("-- " + after.label() + " differs in " + fact + ": write what leads there");
            }
        }
        return statements;
    }
}
