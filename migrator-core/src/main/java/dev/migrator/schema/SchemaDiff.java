package dev.migrator.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Object by object what two snapshots do not have in common, both definitions with it.
 *
 * @param differences in the order of the kinds, then by name
 */
public record SchemaDiff(SchemaSnapshot from, SchemaSnapshot to, List<Difference> differences) {

    public static SchemaDiff between(SchemaSnapshot from, SchemaSnapshot to) {
        List<Difference> found = new ArrayList<>();
        for (SchemaObject before : from.objects()) {
            SchemaObject after = to.find(before.kind(), before.name()).orElse(null);
            if (after == null || !after.sameAs(before)) {
                found.add(new Difference(before, after));
            }
        }
        for (SchemaObject after : to.objects()) {
            if (!from.has(after.kind(), after.name())) {
                found.add(new Difference(null, after));
            }
        }
        found.sort((left, right) -> {
            int byKind = left.kind().compareTo(right.kind());
            return byKind != 0 ? byKind : left.name().compareTo(right.name());
        });
        return new SchemaDiff(from, to, List.copyOf(found));
    }

    public boolean isEmpty() {
        return differences.isEmpty();
    }

    /** Without the columns and other parts of a table that came or went as a whole. */
    public List<Difference> wholes() {
        return differences.stream()
                .filter(difference -> !difference.kind().isPart()
                        || difference.change() == Difference.Change.CHANGED
                        || !wentWithItsTable(difference))
                .toList();
    }

    private boolean wentWithItsTable(Difference part) {
        SchemaSnapshot without = part.change() == Difference.Change.ADDED ? from : to;
        ObjectName whole = part.name().whole();
        return !without.has(ObjectKind.TABLE, whole)
                && !without.has(ObjectKind.VIEW, whole)
                && !without.has(ObjectKind.MATERIALIZED_VIEW, whole);
    }

    /** For people: a block for each object, + for added, - for removed, ~ for changed. */
    public String text() {
        return wholes().stream().map(this::text).collect(Collectors.joining("\n"));
    }

    /** The first of them in one line each: {@code ~ column public.orders.total}. */
    public List<String> headlines(int most) {
        return wholes().stream().limit(most).map(SchemaDiff::headline).toList();
    }

    private static String headline(Difference difference) {
        String sign = switch (difference.change()) {
            case ADDED -> "+ ";
            case REMOVED -> "- ";
            case CHANGED -> "~ ";
        };
        return sign + difference.object().label();
    }

    private String text(Difference difference) {
        String headline = headline(difference);
        return switch (difference.change()) {
            case ADDED, REMOVED -> headline + indented(definition(difference));
            case CHANGED ->
                headline
                        + difference.facts().stream()
                                .map(fact -> "\n    " + fact + "\n      was: " + fact(difference.before(), fact)
                                        + "\n      is:  " + fact(difference.after(), fact))
                                .collect(Collectors.joining());
        };
    }

    private static String fact(@Nullable SchemaObject object, String fact) {
        String value = object == null ? null : object.fact(fact);
        return value == null ? "-" : value.strip().replace("\n", "\n           ");
    }

    /** Of an object that only one of the two has. */
    String definition(Difference difference) {
        return Ddl.script(Ddl.create(difference.object(), difference.before() == null ? to : from));
    }

    private static String indented(String text) {
        return "\n    " + text.replace("\n", "\n    ");
    }

    /** What would change one object as the second snapshot has it, as a draft for a person. */
    public List<String> change(Difference changed) {
        return ChangeSql.of(changed, to);
    }

    /** A script that a person may take as the start of a migration from the first to the second; see {@link DiffSql}. */
    public String sql() {
        return Ddl.script(DiffSql.statements(this));
    }
}
