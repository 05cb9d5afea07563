package dev.migrator.expected;

import dev.migrator.schema.Difference;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to add so that the database has what is expected, in an order in which it can be added, and what must be left to a
 * person. Pure: it is made of two snapshots. It never drops, narrows, retypes or replaces anything.
 *
 * @param missing every expected object that the database lacks, whether or not it can be added
 */
public record AdditivePlan(List<AdditiveStep> steps, List<ByHand> byHand, List<SchemaObject> missing) {

    /** @param empty of the tables that lack columns those without rows */
    public static AdditivePlan between(SchemaSnapshot expected, SchemaSnapshot live, Set<ObjectName> empty) {
        return new Making(expected, live, empty).plan();
    }

    /** Whether they have rows decides how a column can be added. */
    public static Set<ObjectName> tablesThatLackColumns(SchemaSnapshot expected, SchemaSnapshot live) {
        Set<ObjectName> tables = new TreeSet<>();
        for (SchemaObject object : expected.objects()) {
            ObjectName table = object.name().whole();
            if (object.kind() == ObjectKind.COLUMN
                    && live.has(ObjectKind.TABLE, table)
                    && !live.has(ObjectKind.COLUMN, object.name())) {
                tables.add(table);
            }
        }
        return tables;
    }

    public boolean isEmpty() {
        return steps.isEmpty() && byHand.isEmpty();
    }

    /** The columns that are missing in tables that exist, as the log names them. */
    public List<String> missingColumns() {
        return missing.stream()
                .filter(object -> object.kind() == ObjectKind.COLUMN && !object.is("inherited"))
                .map(object -> object.name().name())
                .distinct()
                .toList();
    }

    private static final class Making {

        private final SchemaSnapshot expected;
        private final SchemaSnapshot live;
        private final SchemaDiff diff;
        private final AdditiveRules rules;
        private final ChangeRules changes;
        private final List<AdditiveStep> steps = new ArrayList<>();
        private final List<ByHand> byHand = new ArrayList<>();
        private final List<SchemaObject> missing = new ArrayList<>();

        Making(SchemaSnapshot expected, SchemaSnapshot live, Set<ObjectName> empty) {
            this.expected = expected;
            this.live = live;
            this.rules = new AdditiveRules(expected, live, empty, steps, byHand);
            this.diff = SchemaDiff.between(live, expected);
            this.changes = new ChangeRules(diff, steps, byHand);
        }

        AdditivePlan plan() {
            diff.differences().stream()
                    .filter(difference -> difference.change() != Difference.Change.REMOVED)
                    .filter(difference -> !isOfNewTable(difference))
                    .sorted(Comparator.comparingInt(Making::phase)
                            .thenComparingLong(difference -> order(difference.object())))
                    .forEach(this::decide);
            return new AdditivePlan(List.copyOf(steps), List.copyOf(byHand), List.copyOf(missing));
        }

        private void decide(Difference difference) {
            SchemaObject object = difference.object();
            if (difference.change() == Difference.Change.ADDED) {
                missing.add(object);
                rules.missing(object);
            } else {
                int before = steps.size();
                changes.changed(difference);
                // a label of an enum, an index that is there and of no use
                if (steps.subList(before, steps.size()).stream().anyMatch(AdditiveStep::added)) {
                    missing.add(object);
                }
            }
        }

        /** Columns and constraints of a table that comes as a whole; its foreign keys and indexes are decided alone. */
        private boolean isOfNewTable(Difference difference) {
            boolean within = difference.kind() == ObjectKind.COLUMN
                    || difference.kind() == ObjectKind.CONSTRAINT && !AdditiveRules.isForeignKey(difference.object());
            return within && !live.has(ObjectKind.TABLE, difference.name().whole());
        }

        /** Types before tables, columns before what may need them, foreign keys when both sides are there. */
        private static int phase(Difference difference) {
            return switch (difference.kind()) {
                case SCHEMA, EXTENSION -> 0;
                case ENUM -> difference.change() == Difference.Change.CHANGED ? 1 : 2;
                case DOMAIN, COMPOSITE, RANGE, SEQUENCE, FUNCTION, PROCEDURE, AGGREGATE, TABLE -> 2;
                case COLUMN -> 3;
                case VIEW, MATERIALIZED_VIEW -> 4;
                case INDEX -> 5;
                case CONSTRAINT -> AdditiveRules.isForeignKey(difference.object()) ? 7 : 6;
                case TRIGGER, RULE, POLICY -> 8;
            };
        }

        /** As the server itself created them; columns by their tables. */
        private long order(SchemaObject object) {
            if (object.kind() != ObjectKind.COLUMN) {
                return object.created();
            }
            Optional<SchemaObject> table =
                    expected.find(ObjectKind.TABLE, object.name().whole());
            return (table.map(SchemaObject::created).orElse(0L) << 12) + object.created();
        }
    }
}
