package dev.migrator.directive;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The closed list of directives, with those that are planned: they are refused by name, never taken for a comment. */
enum DirectiveWord {
    MANUAL,
    NO_TRANSACTION,
    REPEATABLE,
    ENVIRONMENTS,
    LOCK_TIMEOUT,
    STATEMENT_TIMEOUT,
    RETRIES,
    DEPENDS,
    PHASE,
    ALLOW,
    BATCH;

    private static final int FARTHEST = 3;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    String text() {
        return text;
    }

    boolean isSupported() {
        return compareTo(DEPENDS) <= 0;
    }

    static Optional<DirectiveWord> of(String text) {
        return Arrays.stream(values()).filter(word -> word.text.equals(text)).findFirst();
    }

    static String supported() {
        return Arrays.stream(values())
                .filter(DirectiveWord::isSupported)
                .map(DirectiveWord::text)
                .collect(Collectors.joining(", "));
    }

    static @Nullable String nearest(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replace('_', '-');
        String nearest = null;
        int least = Math.min(FARTHEST, plain.length() / 2) + 1;
        for (DirectiveWord word : values()) {
            int distance = distance(plain, word.text);
            if (distance < least && word.isSupported()) {
                least = distance;
                nearest = word.text;
            }
        }
        return nearest;
    }

    /** Levenshtein's, with one row. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
