package dev.migrator.directive;

import dev.migrator.directive.DirectiveValues.Refusal;
import dev.migrator.problem.NameCharacters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words behind {@code batch}: {@code table=users key=id size=auto max-failures=10}. */
final class BatchWords {

    static final String KEY = "key";

    private static final String TABLE = "table";
    private static final String SIZE = "size";
    private static final String MAX_FAILURES = "max-failures";
    private static final Set<String> KNOWN = Set.of(TABLE, KEY, SIZE, MAX_FAILURES);
    private static final int LARGEST = 1_000_000;
    private static final long MOST_FAILURES = 999_999_999;

    private final Refusal refusal;
    private final Map<String, DirectiveItem> words = new HashMap<>();

    BatchWords(Refusal refusal) {
        this.refusal = refusal;
    }

    @Nullable
    BatchDirective read(DirectiveItem batch, List<DirectiveItem> items) {
        boolean good = true;
        for (DirectiveItem item : items) {
            String shown = NameCharacters.visible(item.word());
            if (!KNOWN.contains(item.word())) {
                good = refuse(item, "'" + shown + "' is no word of batch.", "Use table, key, size, max-failures.");
            } else if (item.malformed() != null
                    || item.values() == null
                    || item.values().contains("")) {
                good = refuse(item, "'" + shown + "' needs a value.", "Write for example table=users key=id size=auto");
            } else if (words.put(item.word(), item) != null) {
                good = refuse(item, "'" + shown + "' is given twice.", "Keep one of them.");
            }
        }
        if (good && !words.containsKey(TABLE)) {
            good = refuse(batch, "'batch' does not say which table.", "Write batch table=users key=id");
        }
        Long size = number(SIZE, 1, LARGEST, "auto");
        Long failures = number(MAX_FAILURES, 0, MOST_FAILURES, "all");
        return good
                ? new BatchDirective(
                        values(TABLE).get(0),
                        values(KEY),
                        size == null ? null : size.intValue(),
                        failures != null ? failures : words.containsKey(MAX_FAILURES) ? Long.MAX_VALUE : 0)
                : null;
    }

    private List<String> values(String word) {
        DirectiveItem item = words.get(word);
        return item == null || item.values() == null ? List.of() : item.values();
    }

    /** Null where the word is missing, says {@code without}, or is refused. */
    private @Nullable Long number(String word, long least, long most, String without) {
        DirectiveItem item = words.get(word);
        if (item == null || values(word).equals(List.of(without))) {
            return null;
        }
        String text = values(word).get(0);
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            refuse(
                    item,
                    "'" + word + "' is '" + NameCharacters.visible(text) + "', not a number from " + least + " to "
                            + most + ", nor " + without + ".",
                    "Write for example " + word + "=1000");
            return null;
        }
        return Long.valueOf(text);
    }

    private boolean refuse(DirectiveItem item, String description, String action) {
        refusal.refuse(item.line(), description, action);
        return false;
    }
}
