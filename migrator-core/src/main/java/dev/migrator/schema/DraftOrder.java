package dev.migrator.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts each object behind those that its statements name. The server writes every name with its schema, so they are found
 * as text; where two name each other, the order of their kinds decides. A column that comes from a parent goes behind it.
 */
final class DraftOrder {

    /**
     * An object and what makes it.
     *
     * @param statements without semicolons
     */
    record Unit(SchemaObject object, List<String> statements) {

        /** What must be there before. The body of a function is only read when it is called. */
        private String needs() {
            String text = String.join("\n", statements);
            int body = text.indexOf("\nAS $");
            boolean routine = object.kind() == ObjectKind.FUNCTION || object.kind() == ObjectKind.PROCEDURE;
            return routine && body >= 0 ? text.substring(0, body) : text;
        }
    }

    private static final Comparator<Unit> BY_KIND = Comparator.comparing(
                    (Unit unit) -> DiffSql.isForeignKey(unit.object()))
            .thenComparing(unit -> unit.object().kind())
            .thenComparing(unit -> unit.object().is("inherited"))
            .thenComparingLong(unit -> unit.object().created());

    private final List<Unit> units;
    private final Set<Unit> reached = new HashSet<>();
    private final List<Unit> ordered = new ArrayList<>();

    private DraftOrder(List<Unit> units) {
        this.units = units.stream().sorted(BY_KIND).toList();
    }

    static List<Unit> of(List<Unit> units) {
        DraftOrder order = new DraftOrder(units);
        order.units.forEach(order::reach);
        return order.ordered;
    }

    private void reach(Unit unit) {
        if (reached.add(unit)) {
            String needs = unit.needs();
            Set<ObjectName> named = units.stream()
                    .filter(other -> !other.object().kind().isPart() && names(needs, other.object()))
                    .map(other -> other.object().name())
                    .collect(Collectors.toSet());
            units.stream().filter(other -> isNeeded(other, unit, named, needs)).forEach(this::reach);
            ordered.add(unit);
        }
    }

    /** A view or an index needs the columns that its table gets. */
    private static boolean isNeeded(Unit other, Unit by, Set<ObjectName> named, String needs) {
        if (DiffSql.isForeignKey(other.object())) {
            return false;
        }
        if (other.object().kind() == ObjectKind.COLUMN) {
            return by.object().kind().compareTo(ObjectKind.COLUMN) > 0
                    && names(needs, other.object().name().quotedRelation());
        }
        return named.contains(other.object().name());
    }

    private static boolean names(String text, SchemaObject object) {
        String name = object.quoted();
        boolean routine = name.endsWith(")");
        return switch (object.kind()) {
            case SCHEMA -> text.contains(" " + name + ".");
            case FUNCTION, PROCEDURE, AGGREGATE -> names(text, routine ? name.substring(0, name.indexOf('(')) : name);
            default -> names(text, name);
        };
    }

    static boolean names(String text, String name) {
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            if ((at == 0 || !isOfName(text.charAt(at - 1))) && (end == text.length() || !isOfName(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '"';
    }
}
