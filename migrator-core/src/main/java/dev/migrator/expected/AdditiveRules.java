package dev.migrator.expected;

import dev.migrator.schema.Ddl;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides of one missing object after the other: a step, or something for a person. */
final class AdditiveRules {

    static final String NOT_VALID = " NOT VALID";

    private final SchemaSnapshot expected;
    private final SchemaSnapshot live;
    private final List<AdditiveStep> steps;
    private final List<ByHand> byHand;
    private final ColumnRules columns;

    AdditiveRules(
            SchemaSnapshot expected,
            SchemaSnapshot live,
            Set<ObjectName> empty,
            List<AdditiveStep> steps,
            List<ByHand> byHand) {
        this.expected = expected;
        this.live = live;
        this.steps = steps;
        this.byHand = byHand;
        this.columns = new ColumnRules(empty);
    }

    static boolean isForeignKey(SchemaObject constraint) {
        return "foreign key".equals(constraint.fact("type"));
    }

    void missing(SchemaObject object) {
        switch (object.kind()) {
            case COLUMN -> missingColumn(object);
            case CONSTRAINT -> missingConstraint(object);
            case INDEX -> missingIndex(object);
            case TRIGGER, RULE, POLICY -> missingBehaviour(object);
            case TABLE -> missingTable(object);
            case EXTENSION -> report(object, true, "Installing an extension is left to a person.", create(object));
            case FUNCTION, PROCEDURE -> steps.add(AdditiveStep.add(object, withoutReplacing(create(object))));
            case AGGREGATE, RANGE -> missingSpecial(object);
            default -> steps.add(AdditiveStep.add(object, create(object)));
        }
    }

    /** What no single statement of ours makes as it shall be. */
    private void missingSpecial(SchemaObject object) {
        if (object.is("more") || object.is("canonical")) {
            report(object, true, "It is more than can be written for you.", create(object));
        } else {
            steps.add(AdditiveStep.add(object, create(object)));
        }
    }

    private List<String> create(SchemaObject object) {
        return Ddl.create(object, expected);
    }

    /** One that no snapshot shows, as an extension's, may be there under this name: it is not ours to overwrite. */
    private static List<String> withoutReplacing(List<String> create) {
        return create.stream()
                .map(statement -> statement.replaceFirst("^CREATE OR REPLACE ", "CREATE "))
                .toList();
    }

    private void report(SchemaObject object, boolean missing, String why, List<String> migration) {
        byHand.add(new ByHand(object, missing, why, migration));
    }

    private void missingTable(SchemaObject table) {
        if (table.is("server") || table.is("of type")) {
            report(table, true, "A foreign or typed table is left to a person.", create(table));
            return;
        }
        List<String> statements = withSequences(table, table.name().quoted() + ".");
        if (hasDefaultPartition(table.fact("partition of"))) {
            report(table, true, "All rows of the default partition would be read under its lock.", statements);
            return;
        }
        steps.add(AdditiveStep.add(table, statements));
    }

    private boolean hasDefaultPartition(@Nullable String parent) {
        return parent != null
                && live.objects().stream()
                        .anyMatch(other ->
                                parent.equals(other.fact("partition of")) && "DEFAULT".equals(other.fact("bound")));
    }

    /** A sequence is there before the table or the column that it is to go with. */
    private List<String> withSequences(SchemaObject object, String owner) {
        List<String> statements = new ArrayList<>(create(object));
        ownedBy(owner).forEach(sequence -> statements.add(owned(sequence)));
        return statements;
    }

    /** @param owner a column, or a table and a dot */
    private List<SchemaObject> ownedBy(String owner) {
        return expected.objects().stream()
                .filter(sequence -> {
                    String owned = sequence.fact("owned by");
                    return owned != null && (owner.endsWith(".") ? owned.startsWith(owner) : owned.equals(owner));
                })
                .toList();
    }

    private static String owned(SchemaObject sequence) {
        return "ALTER SEQUENCE " + sequence.name().quoted() + " OWNED BY " + sequence.need("owned by");
    }

    private void missingColumn(SchemaObject column) {
        if (column.is("inherited")) {
            return; // it comes with the parent's
        }
        String danger = columns.danger(column);
        String owner = column.name().quotedRelation() + "." + column.name().quoted();
        if (danger == null) {
            steps.add(AdditiveStep.add(column, withSequences(column, owner)));
        } else {
            report(column, true, danger, withSequences(columns.migration(column), ownedBy(owner)));
        }
    }

    /** The migration may run before any reconciling has made the sequence, or after it. */
    private List<String> withSequences(List<String> migration, List<SchemaObject> sequences) {
        List<String> statements = new ArrayList<>();
        sequences.forEach(sequence ->
                statements.add(create(sequence).get(0).replaceFirst("SEQUENCE ", "SEQUENCE IF NOT EXISTS ")));
        statements.addAll(migration);
        int later = statements.indexOf(ByHand.LATER);
        statements.addAll(
                later < 0 ? statements.size() : later,
                sequences.stream().map(AdditiveRules::owned).toList());
        return statements;
    }

    private void missingConstraint(SchemaObject constraint) {
        String alter = "ALTER TABLE " + constraint.name().quotedRelation();
        boolean newTable = !live.has(ObjectKind.TABLE, constraint.name().whole());
        if (!isChecked(constraint)) {
            report(
                    constraint,
                    true,
                    "Rows that are there may break it, and building its index would stop all writers.",
                    uniqueMigration(constraint, alter));
            return;
        }
        boolean partitioned = "partitioned".equals(table(constraint).fact("kind"));
        if (isForeignKey(constraint) && partitioned && !newTable) {
            report(
                    constraint,
                    true,
                    "A partitioned table takes no foreign key without checking every row under its lock.",
                    create(constraint));
            return;
        }
        List<String> statements = newTable && partitioned ? create(constraint).subList(0, 1) : unchecked(constraint);
        steps.add(AdditiveStep.add(constraint, statements.subList(0, 1)));
        statements.stream().skip(1).forEach(statement -> steps.add(AdditiveStep.complete(constraint, statement)));
        if (constraint.is(SchemaObject.COMMENT)) {
            steps.add(AdditiveStep.complete(constraint, Ddl.comment(constraint)));
        }
    }

    /** A check or a foreign key: what is there already is checked by itself, beside the traffic. */
    static boolean isChecked(SchemaObject part) {
        return part.kind() == ObjectKind.CONSTRAINT
                && (isForeignKey(part) || part.need("type").equals("check"));
    }

    /** Added without a look at the rows, and then validated, unless it is to stay so. */
    static List<String> unchecked(SchemaObject constraint) {
        String alter = "ALTER TABLE " + constraint.name().quotedRelation();
        String name = constraint.name().quoted();
        String definition = constraint.need("definition");
        boolean stays = definition.endsWith(NOT_VALID) || definition.endsWith(" NOT ENFORCED");
        String add = alter + " ADD CONSTRAINT " + name + " " + definition;
        return stays ? List.of(add) : List.of(add + NOT_VALID, alter + " VALIDATE CONSTRAINT " + name);
    }

    private SchemaObject table(SchemaObject part) {
        return expected.find(ObjectKind.TABLE, part.name().whole()).orElse(part);
    }

    private static List<String> uniqueMigration(SchemaObject constraint, String alter) {
        String name = constraint.name().quoted();
        String definition = constraint.need("definition");
        int columns = definition.indexOf('(');
        if (columns < 0 || constraint.need("type").equals("exclusion")) {
            return List.of(
                    "-- stops all writers while it is built", alter + " ADD CONSTRAINT " + name + " " + definition);
        }
        int behind = definition.indexOf(" DEFERRABLE");
        int end = behind < 0 ? definition.length() : behind;
        String key = definition.substring(columns, end);
        boolean nulls = definition.startsWith("UNIQUE NULLS NOT DISTINCT");
        return List.of(
                ByHand.NO_TRANSACTION,
                "-- first see that no two rows have the same " + key,
                "CREATE UNIQUE INDEX CONCURRENTLY " + name + " ON "
                        + constraint.name().quotedRelation() + " " + key + (nulls ? " NULLS NOT DISTINCT" : ""),
                alter + " ADD CONSTRAINT " + name
                        + (nulls
                                ? " UNIQUE"
                                : " " + definition.substring(0, columns).strip()) + " USING INDEX " + name
                        + definition.substring(end));
    }

    static String concurrently(String createIndex) {
        return createIndex.replaceFirst("INDEX ", "INDEX CONCURRENTLY ");
    }

    private void missingIndex(SchemaObject index) {
        ObjectName relation = index.name().whole();
        String definition = create(index).get(0);
        boolean isNew = !live.has(ObjectKind.TABLE, relation) && !live.has(ObjectKind.MATERIALIZED_VIEW, relation);
        if (isNew) {
            steps.add(AdditiveStep.add(index, create(index)));
            return;
        }
        String concurrently = concurrently(definition);
        if ("partitioned".equals(table(index).fact("kind"))) {
            report(
                    index,
                    true,
                    "An index of a partitioned table is not built concurrently as a whole.",
                    List.of(
                            ByHand.NO_TRANSACTION,
                            definition.replaceFirst(" ON ", " ON ONLY "),
                            "-- then for each partition: CREATE INDEX CONCURRENTLY, and ALTER INDEX … ATTACH PARTITION"));
        } else if (index.is("unique")) {
            report(
                    index,
                    true,
                    "Rows that are there may break it, and so may a release that is still running.",
                    List.of(ByHand.NO_TRANSACTION, "-- first see that no two rows have the same key", concurrently));
        } else {
            steps.add(AdditiveStep.concurrently(index, concurrently));
            addCommentOf(index);
        }
    }

    private void addCommentOf(SchemaObject object) {
        if (object.is(SchemaObject.COMMENT)) {
            steps.add(AdditiveStep.complete(object, Ddl.comment(object)));
        }
    }

    /** On a new table they are a part of it; on one that is in use they change what happens to its rows. */
    private void missingBehaviour(SchemaObject object) {
        ObjectName whole = object.name().whole();
        boolean isNew = !live.has(ObjectKind.TABLE, whole) && !live.has(ObjectKind.VIEW, whole);
        if (isNew) {
            steps.add(AdditiveStep.add(object, create(object)));
        } else {
            report(object, true, "It would change what happens to rows of a table in use.", create(object));
        }
    }
}
