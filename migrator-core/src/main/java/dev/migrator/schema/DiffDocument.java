package dev.migrator.schema;

import dev.migrator.problem.SafeText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A difference for machines: maps, lists and texts, in a fixed order. Secrets in definitions are masked. */
public final class DiffDocument {

    private DiffDocument() {}

    public static List<Map<String, Object>> of(SchemaDiff diff) {
        return of(diff, Integer.MAX_VALUE);
    }

    /** The first objects one by one; the definition of what came or went, both values of what was changed. */
    public static List<Map<String, Object>> of(SchemaDiff diff, int most) {
        return diff.wholes().stream()
                .limit(most)
                .map(difference -> of(diff, difference))
                .toList();
    }

    private static Map<String, Object> of(SchemaDiff diff, Difference difference) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("change", difference.change().name());
        document.put("object", difference.object().label());
        if (difference.change() == Difference.Change.CHANGED) {
            document.put(
                    "facts",
                    difference.facts().stream()
                            .map(fact -> fact(difference, fact))
                            .toList());
        } else {
            document.put("definition", SafeText.of(diff.definition(difference)));
        }
        return document;
    }

    private static Map<String, Object> fact(Difference difference, String fact) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", fact);
        put(document, "was", difference.before(), fact);
        put(document, "is", difference.after(), fact);
        return document;
    }

    /** Left out where there is none. */
    private static void put(Map<String, Object> document, String name, @Nullable SchemaObject object, String fact) {
        String value = object == null ? null : object.fact(fact);
        if (value != null) {
            document.put(name, SafeText.of(value));
        }
    }
}
