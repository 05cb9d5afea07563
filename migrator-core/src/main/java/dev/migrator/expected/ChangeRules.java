package dev.migrator.expected;

import dev.migrator.schema.Ddl;
import dev.migrator.schema.Difference;
import dev.migrator.schema.EnumLabels;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Decides of what is there but different: a few differences are only something that is missing, all others a person's. */
final class ChangeRules {

    /** What is told of another fact: of the default, of the type, of the parent's column. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of("volatile", "constrained", "inherited", "grants");

    private final SchemaSnapshot expected;
    private final SchemaSnapshot live;
    private final List<AdditiveStep> steps;
    private final List<ByHand> byHand;

    ChangeRules(SchemaSnapshot expected, SchemaSnapshot live, List<AdditiveStep> steps, List<ByHand> byHand) {
        this.expected = expected;
        this.live = live;
        this.steps = steps;
        this.byHand = byHand;
    }

    void changed(Difference difference) {
        SchemaObject before = Objects.requireNonNull(difference.before());
        SchemaObject after = difference.object();
        List<String> facts = difference.facts().stream()
                .filter(fact -> !TOLD_ELSEWHERE.contains(fact))
                .filter(fact -> !fact.equals(SchemaObject.COMMENT) || comment(before, after))
                .toList();
        if (facts.isEmpty() || after.is("inherited") && !facts.contains("type")) {
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
        } else if (facts.equals(List.of("invalid")) && before.is("invalid") && !isPartitioned(after)) {
            steps.add(AdditiveStep.again(
                    after,
                    "-- it is there and INVALID; unless somebody is just building it: DROP INDEX CONCURRENTLY "
                            + Ddl.indexName(after),
                    AdditiveRules.concurrently(after.need("definition"))));
        } else {
            byHand.add(new ByHand(
                    after,
                    false,
                    "It differs in " + String.join(", ", facts) + ".",
                    SchemaDiff.between(live, expected).change(difference)));
        }
    }

    /** A comment is added where there is none. True if there is another one, which is a person's to judge. */
    private boolean comment(SchemaObject before, SchemaObject after) {
        if (!before.is(SchemaObject.COMMENT)) {
            steps.add(AdditiveStep.complete(after, Ddl.comment(after)));
        }
        return before.is(SchemaObject.COMMENT) && after.is(SchemaObject.COMMENT);
    }

    private boolean isPartitioned(SchemaObject index) {
        return expected.find(ObjectKind.TABLE, index.name().whole())
                .map(table -> "partitioned".equals(table.fact("kind")))
                .orElse(false);
    }

    private static boolean isOnlyUnchecked(SchemaObject before, SchemaObject after) {
        return after.kind() == ObjectKind.CONSTRAINT
                && before.need("definition").equals(after.need("definition") + AdditiveRules.NOT_VALID);
    }
}
