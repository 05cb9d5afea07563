package dev.migrator.sql;

import org.jspecify.annotations.Nullable;

/**
 * A name as the catalog has it: unquoted, folded to lower case unless it was quoted, cut to 63 bytes as the server does.
 *
 * @param schema null if the search path decides
 */
public record QualifiedName(@Nullable String schema, String name) {

    private static final int MOST_BYTES = 63;

    /** The name that a token means. */
    static String unquoted(String token) {
        if (!token.startsWith("\"")) {
            return cut(folded(token));
        }
        return cut(token.substring(1, token.length() - 1).replace("\"\"", "\""));
    }

    /** Only ASCII, which is what the server folds in a UTF-8 database. */
    private static String folded(String word) {
        char[] letters = word.toCharArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 'A' && letters[i] <= 'Z') {
                letters[i] += 'a' - 'A';
            }
        }
        return new String(letters);
    }

    private static String cut(String name) {
        int bytes = 0;
        int i = 0;
        while (i < name.length()) {
            int character = name.codePointAt(i);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > MOST_BYTES) {
                return name.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return name;
    }
}
