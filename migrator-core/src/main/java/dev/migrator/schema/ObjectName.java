package dev.migrator.schema;

import java.util.Comparator;

/**
 * Which object of its kind it is; names as they are, not quoted.
 *
 * @param relation the table or view that it is a part of, else empty
 * @param name empty for a schema; with the arguments for a function
 */
public record ObjectName(String schema, String relation, String name) implements Comparable<ObjectName> {

    private static final Comparator<ObjectName> ORDER = Comparator.comparing(ObjectName::schema)
            .thenComparing(ObjectName::relation)
            .thenComparing(ObjectName::name);

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    /** The table or view itself, of one of its parts. */
    public ObjectName whole() {
        return new ObjectName(schema, "", relation);
    }

    /** As a statement writes it; for a part without its table. */
    public String quoted() {
        int arguments = name.indexOf('(');
        String quoted = arguments < 0
                ? Names.quoted(name)
                : Names.quoted(name.substring(0, arguments)) + name.substring(arguments);
        return relation.isEmpty() ? qualified(quoted) : quoted;
    }

    /** The table of a part as a statement writes it. */
    public String quotedRelation() {
        return qualified(Names.quoted(relation));
    }

    private String qualified(String quoted) {
        return quoted.isEmpty() ? Names.quoted(schema) : Names.quoted(schema) + "." + quoted;
    }

    /** For people: {@code public.staff.first_name}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(schema);
        for (String part : new String[] {relation, name}) {
            if (!part.isEmpty()) {
                text.append('.').append(part);
            }
        }
        return text.toString();
    }
}
