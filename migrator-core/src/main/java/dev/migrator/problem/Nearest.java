package dev.migrator.problem;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody probably meant by a word that is not known. */
public final class Nearest {

    private static final int FARTHEST = 3;

    private Nearest() {}

    /** The known word that is a few letters away, or null. */
    public static @Nullable String of(String text, Collection<String> known) {
        String plain = text.toLowerCase(Locale.ROOT).replace('_', '-');
        String nearest = null;
        int least = Math.min(FARTHEST, plain.length() / 2) + 1;
        for (String word : known) {
            int distance = distance(plain, word);
            if (distance < least) {
                least = distance;
                nearest = word;
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
