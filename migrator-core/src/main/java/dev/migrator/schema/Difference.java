package dev.migrator.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object that two snapshots do not have in common.
 *
 * @param before as the first has it, or null
 * @param after as the second has it, or null; never both null
 */
public record Difference(
        @Nullable SchemaObject before, @Nullable SchemaObject after) {

    /** What became of the object on the way from the first to the second. */
    public enum Change {
        ADDED,
        REMOVED,
        CHANGED
    }

    public Change change() {
        return before == null ? Change.ADDED : after == null ? Change.REMOVED : Change.CHANGED;
    }

    /** The object, as the second has it if it has it. */
    public SchemaObject object() {
        return after != null ? after : Objects.requireNonNull(before);
    }

    public ObjectKind kind() {
        return object().kind();
    }

    public ObjectName name() {
        return object().name();
    }

    /** The facts that differ, by name; empty unless it is changed. */
    public List<String> facts() {
        if (before == null || after == null) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>(before.facts().keySet());
        names.addAll(after.facts().keySet());
        List<String> differing = new ArrayList<>();
        for (String name : names) {
            if (!Objects.equals(before.fact(name), after.fact(name))) {
                differing.add(name);
            }
        }
        return differing;
    }
}
