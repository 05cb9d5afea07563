package dev.migrator.schema;

import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.List;

/** The labels of an enum can be added at any place, and neither removed nor moved. */
public final class EnumLabels {

    private EnumLabels() {}

    /** As literals. */
    private static List<String> of(SchemaObject type) {
        String labels = type.fact("labels");
        return labels == null
                ? List.of()
                : SqlWord.of(labels).stream()
                        .filter(word -> word.type() == SqlWord.Type.STRING)
                        .map(SqlWord::text)
                        .toList();
    }

    /** Whether all labels of the one are in the other, in the same order. */
    public static boolean isExtended(SchemaObject before, SchemaObject after) {
        List<String> common = new ArrayList<>(of(after));
        common.retainAll(of(before));
        return common.equals(of(before));
    }

    /** What adds the labels that are new. */
    public static List<String> statements(SchemaObject before, SchemaObject after) {
        List<String> known = of(before);
        List<String> statements = new ArrayList<>();
        String previous = null;
        for (String label : of(after)) {
            if (!known.contains(label)) {
                String place =
                        previous != null ? " AFTER " + previous : known.isEmpty() ? "" : " BEFORE " + known.get(0);
                statements.add("ALTER TYPE " + after.name().quoted() + " ADD VALUE IF NOT EXISTS " + label + place);
            }
            previous = label;
        }
        return statements;
    }
}
