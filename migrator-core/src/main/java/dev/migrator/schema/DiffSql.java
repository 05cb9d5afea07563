package dev.migrator.schema;

import dev.migrator.schema.Difference.Change;
import dev.migrator.schema.DraftOrder.Unit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What would lead from the first snapshot to the second, as a draft for a person: it says what is lost, and it takes no
 * care of locks. What no statement leads to is a comment.
 */
final class DiffSql {

    private final SchemaDiff diff;
    private final List<Difference> wholes;
    /** Views that are dropped and made again, because they or what they select from become others. */
    private final Set<SchemaObject> anew = new LinkedHashSet<>();

    private DiffSql(SchemaDiff diff) {
        this.diff = diff;
        this.wholes = diff.wholes();
        wholes.stream()
                .filter(difference -> difference.change() == Change.CHANGED && ChangeSql.isAnew(difference))
                .forEach(difference -> anew(difference.name()));
        wholes.stream()
                .filter(difference -> difference.kind() == ObjectKind.COLUMN
                        && difference.change() == Change.CHANGED
                        && difference.facts().contains("type"))
                .forEach(difference -> selectingFrom(difference.name().whole()));
    }

    static List<String> statements(SchemaDiff diff) {
        return new DiffSql(diff).statements();
    }

    private void anew(ObjectName view) {
        Stream.of(ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW)
                .flatMap(kind -> diff.from().find(kind, view).stream())
                .filter(anew::add)
                .forEach(added -> selectingFrom(view));
    }

    private void selectingFrom(ObjectName relation) {
        String name = relation.quoted();
        diff.from().objects().stream()
                .filter(object -> isView(object) && DraftOrder.names(object.need("definition"), name))
                .forEach(object -> anew(object.name()));
    }

    private static boolean isView(SchemaObject object) {
        return object.kind() == ObjectKind.VIEW || object.kind() == ObjectKind.MATERIALIZED_VIEW;
    }

    private List<String> statements() {
        List<String> statements = new ArrayList<>();
        ownersChanged(Difference::before).forEach(sequence -> statements.add(owned(sequence, "NONE")));
        statements.addAll(dropped());
        List<Unit> made = DraftOrder.of(made());
        boolean bodies = made.stream()
                .flatMap(unit -> unit.statements().stream())
                .anyMatch(statement -> statement.contains("\n LANGUAGE sql") && statement.contains("\nAS $"));
        if (bodies) {
            statements.add("SET LOCAL check_function_bodies = off");
        }
        made.forEach(unit -> statements.addAll(unit.statements()));
        ownersChanged(Difference::after)
                .forEach(sequence -> statements.add(owned(sequence, sequence.need("owned by"))));
        return statements;
    }

    /** Let go before the owner is dropped, and given when it is there; a new sequence has none before, one that is dropped none after. */
    private List<SchemaObject> ownersChanged(Function<Difference, @Nullable SchemaObject> side) {
        return diff.differences().stream()
                .filter(difference -> difference.change() != Change.REMOVED
                        && (difference.change() == Change.ADDED
                                || difference.facts().contains("owned by")))
                .flatMap(difference -> Stream.ofNullable(side.apply(difference)))
                .filter(object -> object.is("owned by"))
                .toList();
    }

    /** What needs others goes before them. */
    private List<String> dropped() {
        List<Unit> units = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (Difference difference : diff.differences()) {
            if (difference.change() == Change.REMOVED
                    && isForeignKey(difference.object())
                    && !wholes.contains(difference)) {
                statements.add(Ddl.drop(difference.object()));
            }
        }
        for (Difference difference : wholes) {
            if (difference.change() == Change.REMOVED && !goesWithItsOwner(difference) && !isOfOneAnew(difference)) {
                units.add(withParts(difference.object()));
            }
        }
        anew.forEach(view -> units.add(withParts(view)));
        List<Unit> ordered = new ArrayList<>(DraftOrder.of(units));
        Collections.reverse(ordered);
        for (Unit unit : ordered) {
            if (losesData(unit.object().kind())) {
                statements.add("-- what is in it is lost: " + unit.object().label());
            }
            statements.add(Ddl.drop(unit.object()));
        }
        return statements;
    }

    /** A trigger's function can't go before the trigger's table does. */
    private Unit withParts(SchemaObject dropped) {
        List<String> made = new ArrayList<>(Ddl.create(dropped, diff.from()));
        Stream.of(ObjectKind.INDEX, ObjectKind.TRIGGER, ObjectKind.RULE, ObjectKind.POLICY)
                .flatMap(kind -> diff.from().parts(kind, dropped.name()).stream())
                .forEach(part -> made.addAll(Ddl.create(part, diff.from())));
        return new Unit(dropped, made);
    }

    /** A serial column's sequence. */
    private boolean goesWithItsOwner(Difference difference) {
        String owner = difference.object().fact("owned by");
        return owner != null
                && wholes.stream()
                        .filter(other -> other.change() == Change.REMOVED)
                        .map(Difference::object)
                        .anyMatch(other -> other.kind() == ObjectKind.TABLE && owner.startsWith(other.quoted() + ".")
                                || other.kind() == ObjectKind.COLUMN
                                        && owner.equals(other.name().quotedRelation() + "." + other.quoted()));
    }

    private boolean isOfOneAnew(Difference difference) {
        return difference.kind().isPart()
                && anew.stream()
                        .anyMatch(view -> view.name().equals(difference.name().whole()));
    }

    private List<Unit> made() {
        List<Unit> units = new ArrayList<>();
        for (Difference difference : diff.differences()) {
            boolean whole = difference.change() == Change.CHANGED && !isPartAnew(difference.object());
            if (difference.change() == Change.ADDED
                    && !comesWithItsTable(difference)
                    && !isPartAnew(difference.object())) {
                units.add(new Unit(difference.object(), Ddl.create(difference.object(), diff.to())));
            } else if (whole) {
                units.add(new Unit(difference.object(), change(difference)));
            }
        }
        diff.to().objects().stream()
                .filter(this::isPartAnew)
                .forEach(object -> units.add(new Unit(object, Ddl.create(object, diff.to()))));
        return units;
    }

    private List<String> change(Difference difference) {
        List<String> statements = ChangeSql.of(difference, diff.to());
        return difference.kind() == ObjectKind.SEQUENCE
                ? statements.stream()
                        .filter(statement -> !statement.startsWith(owned(difference.object(), "")))
                        .toList()
                : statements;
    }

    /** A view that is made again, or an index, a trigger or a rule of it. */
    private boolean isPartAnew(SchemaObject object) {
        ObjectName whole = object.kind().isPart() ? object.name().whole() : object.name();
        return (isView(object) || object.kind().isPart())
                && anew.stream().anyMatch(view -> view.name().equals(whole));
    }

    private static boolean losesData(ObjectKind kind) {
        return kind == ObjectKind.TABLE || kind == ObjectKind.COLUMN || kind == ObjectKind.SCHEMA;
    }

    static boolean isForeignKey(SchemaObject object) {
        return object.kind() == ObjectKind.CONSTRAINT && "foreign key".equals(object.fact("type"));
    }

    /** Columns and constraints stand within CREATE TABLE; a foreign key, an index or a trigger does not. */
    private boolean comesWithItsTable(Difference difference) {
        boolean within = difference.kind() == ObjectKind.COLUMN
                || difference.kind() == ObjectKind.CONSTRAINT && !isForeignKey(difference.object());
        return difference.object().is("inherited")
                || within
                        && !diff.from().has(ObjectKind.TABLE, difference.name().whole());
    }

    private static String owned(SchemaObject sequence, String owner) {
        return "ALTER SEQUENCE " + sequence.name().quoted() + " OWNED BY " + owner;
    }
}
