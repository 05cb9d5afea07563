package dev.migrator.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object with all that is not at its default, in the server's own words.
 *
 * @param facts by name, in a fixed order; what has no value has no entry
 * @param created its place in the order of creation; 0 where that is not known. Of no account when objects are compared
 */
public record SchemaObject(ObjectKind kind, ObjectName name, Map<String, String> facts, long created) {

    public static final String COMMENT = "comment";

    public SchemaObject {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    public @Nullable String fact(String fact) {
        return facts.get(fact);
    }

    /** For a fact that says yes by being there. */
    public boolean is(String fact) {
        return facts.containsKey(fact);
    }

    /** The fact of an object that cannot be without it. */
    public String need(String fact) {
        return Objects.requireNonNull(facts.get(fact), () -> this.name + " has no " + fact);
    }

    public boolean sameAs(SchemaObject other) {
        return kind == other.kind && name.equals(other.name) && facts.equals(other.facts);
    }

    public SchemaObject without(String fact) {
        Map<String, String> rest = new LinkedHashMap<>(facts);
        rest.remove(fact);
        return new SchemaObject(kind, name, rest, created);
    }

    /** Its name as a statement writes it; for a part without its table. */
    public String quoted() {
        return switch (kind) {
            case FUNCTION, PROCEDURE, AGGREGATE -> name.ofRoutine();
            default -> name.quoted();
        };
    }

    /** For people: {@code column public.staff.first_name}. */
    public String label() {
        return kind.label() + " " + name;
    }
}
