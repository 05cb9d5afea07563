package dev.migrator.reconcile;

import dev.migrator.expected.AdditivePlan;
import dev.migrator.expected.ExpectedSchema;
import dev.migrator.history.ReconcileRows;
import dev.migrator.history.TableShape;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.SchemaObject;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What earlier runs have begun and not recorded the end of.
 *
 * @param subjects of {@link Reconciled}
 */
record Unfinished(List<String> subjects) {

    static Unfinished of(Place place) throws SQLException {
        return new Unfinished(
                place.history().shape() == TableShape.OURS
                        ? new ReconcileRows(place.table()).unfinished(place.session())
                        : List.of());
    }

    boolean isNothingToDo(ExpectedSchema expected, AdditivePlan plan) {
        return subjects.stream().noneMatch(subject -> subject.startsWith(Backfill.PREFIX))
                && ended(expected, plan).isEmpty();
    }

    /** The indexes that are there as they shall be: the server goes on with one whose node is gone, up to its end. */
    List<String> ended(ExpectedSchema expected, AdditivePlan plan) {
        if (subjects.isEmpty()) {
            return List.of();
        }
        Set<SchemaObject> open = new HashSet<>(plan.missing());
        plan.steps().forEach(step -> open.add(step.object()));
        plan.byHand().forEach(step -> open.add(step.object()));
        return expected.snapshot().objects().stream()
                .filter(object -> object.kind() == ObjectKind.INDEX && !open.contains(object))
                .map(SchemaObject::label)
                .filter(subjects::contains)
                .toList();
    }
}
