package dev.migrator.expected;

import dev.migrator.schema.Ddl;
import dev.migrator.schema.Difference;
import dev.migrator.schema.EnumLabels;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides of what is there but different: a few differences are only something that is missing, all others a person's. */
final class ChangeRules {

    /** What is told of another fact: of the default, of the type, of the parent's column. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of("volatile", "constrained", "inherited", "grants");

    /** A partition or a child can't have another one than its parents. */
    private static final Set<String> OF_THE_PARENTS =
            Set.of("type", "collation", "identity", "sequence", "generated", "stored");

    private final SchemaDiff diff;
    private final SchemaSnapshot expected;
    private final SchemaSnapshot live;
    private final List<AdditiveStep> steps;
    private final List<ByHand> byHand;

    ChangeRules(SchemaDiff fromLiveToExpected, List<AdditiveStep> steps, List<ByHand> byHand) {
        this.diff = fromLiveToExpected;
        this.expected = diff.to();
        this.live = diff.from();
        this.steps = steps;
        this.byHand = byHand;
    }

    void changed(Difference difference) {
        SchemaObject before = Objects.requireNonNull(difference.before());
        SchemaObject after = difference.object();
        List<String> facts = difference.facts().stream()
                .filter(fact -> !TOLD_ELSEWHERE.contains(fact) && !isToldOfTheParents(fact, after))
                .filter(fact -> !fact.equals("owned by") || isThere(after.fact(fact)))
                .filter(fact -> !fact.equals(SchemaObject.COMMENT) || comment(before, after))
                .filter(fact -> !fact.equals(Ddl.COLUMN_COMMENTS) || columnComments(before, after))
                .toList();
        if (facts.isEmpty()) {
            return;
        }
        if (after.kind() == ObjectKind.ENUM && EnumLabels.isExtended(before, after)) {
            EnumLabels.statements(before, after)
                    .forEach(statement -> steps.add(AdditiveStep.add(after, List.of(statement))));
        } else if (isOnlyUnchecked(before, after)) {
            steps.add(AdditiveStep.complete(
                    after,
                    "ALTER TABLE " + after.name().quotedRelation() + " VALIDATE CONSTRAINT "
                            + after.name().quoted()));
        } else if (facts.equals(List.of("invalid")) && before.is("invalid") && !isOfPartitioned(after)) {
            steps.add(AdditiveStep.again(
                    after,
                    "-- it is there and INVALID; unless somebody is just building it: DROP INDEX CONCURRENTLY "
                            + Ddl.indexName(after),
                    AdditiveRules.concurrently(after.need("definition"))));
        } else {
            byHand.add(new ByHand(
                    after, false, "It differs in " + String.join(", ", facts) + ".", migration(difference, facts)));
        }
    }

    /** What the traffic waits for least. */
    private List<String> migration(Difference difference, List<String> facts) {
        SchemaObject after = difference.object();
        if (facts.equals(List.of("invalid"))) {
            return List.of(
                    "-- it becomes valid with the last of: for each partition CREATE INDEX CONCURRENTLY, then ALTER INDEX "
                            + Ddl.indexName(after) + " ATTACH PARTITION that one");
        }
        boolean anew = facts.contains("definition") && !isOfPartitioned(after);
        if (anew && after.kind() == ObjectKind.INDEX) {
            List<String> create = new ArrayList<>(Ddl.create(after, expected));
            create.set(0, AdditiveRules.concurrently(create.get(0)));
            create.addAll(0, List.of(ByHand.NO_TRANSACTION, "DROP INDEX CONCURRENTLY " + Ddl.indexName(after)));
            return create;
        } else if (anew && AdditiveRules.isChecked(after)) {
            List<String> create = new ArrayList<>(AdditiveRules.unchecked(after));
            create.addAll(0, List.of(ByHand.NO_TRANSACTION, Ddl.drop(after)));
            return create;
        }
        List<String> statements = new ArrayList<>();
        for (String statement : diff.change(difference)) {
            boolean notNull = after.kind() == ObjectKind.COLUMN && statement.endsWith(" SET NOT NULL");
            statements.addAll(notNull ? ColumnRules.notNull(after) : List.of(statement));
        }
        if (after.kind() == ObjectKind.COLUMN && facts.contains("type")) {
            statements.add(0, "-- may write the whole table anew under its lock");
        }
        if (after.kind() == ObjectKind.COLUMN && facts.contains("not null") && after.is("not null")) {
            statements.add(0, ByHand.NO_TRANSACTION);
        }
        return statements;
    }

    /** A fact of a partition's or a child's column that is also the parent's, and differs there too. */
    private boolean isToldOfTheParents(String fact, SchemaObject column) {
        return column.is("inherited")
                && (OF_THE_PARENTS.contains(fact)
                        || expected.inheritedFrom(column).stream()
                                .anyMatch(parent -> live.find(ObjectKind.COLUMN, parent.name())
                                        .map(real -> !Objects.equals(real.fact(fact), parent.fact(fact)))
                                        .orElse(false)));
    }

    /** A column that is not there comes with its sequence. */
    private boolean isThere(@Nullable String owner) {
        return owner == null
                || live.objects().stream()
                        .anyMatch(object -> object.kind() == ObjectKind.COLUMN
                                && owner.equals(object.name().quotedRelation() + "." + object.quoted()));
    }

    /** A comment is added where there is none. True if there is another one, which is a person's to judge. */
    private boolean comment(SchemaObject before, SchemaObject after) {
        if (!before.is(SchemaObject.COMMENT)) {
            steps.add(AdditiveStep.complete(after, Ddl.comment(after)));
        }
        return before.is(SchemaObject.COMMENT) && after.is(SchemaObject.COMMENT);
    }

    /** The same for the columns of a view. */
    private boolean columnComments(SchemaObject before, SchemaObject after) {
        if (!before.is(Ddl.COLUMN_COMMENTS)) {
            Ddl.columnComments(after).forEach(comment -> steps.add(AdditiveStep.complete(after, comment)));
        }
        return before.is(Ddl.COLUMN_COMMENTS) && after.is(Ddl.COLUMN_COMMENTS);
    }

    private boolean isOfPartitioned(SchemaObject part) {
        return expected.find(ObjectKind.TABLE, part.name().whole())
                .map(table -> "partitioned".equals(table.fact("kind")))
                .orElse(false);
    }

    private static boolean isOnlyUnchecked(SchemaObject before, SchemaObject after) {
        return after.kind() == ObjectKind.CONSTRAINT
                && before.need("definition").equals(after.need("definition") + AdditiveRules.NOT_VALID);
    }
}
