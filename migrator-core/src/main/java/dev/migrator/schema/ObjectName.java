package dev.migrator.schema;

import java.util.Comparator;

/**
 * Which object of its kind it is; names as they are, not quoted.
 *
 * @param relation the table or view that it is a part of, else empty
 * @param name empty for a schema; as a statement writes it, with the arguments, for a function
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

    /** A part of the table or view that this is the name of. */
    ObjectName part(String part) {
        return new ObjectName(schema, name, part);
    }

    /** As a statement writes it; for a part without its table. Of a routine see {@link SchemaObject#quoted()}. */
    public String quoted() {
        return relation.isEmpty() ? qualified(Names.quoted(name)) : Names.quoted(name);
    }

    /** A routine's name has its arguments with it, and its quotes. */
    String ofRoutine() {
        return qualified(name);
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
