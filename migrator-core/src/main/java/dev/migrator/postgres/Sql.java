package dev.migrator.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Quoting for statements that travel in one message with others and therefore cannot have bind parameters. The session
 * always runs with {@code standard_conforming_strings=on}; the server reads a whole message before it runs any of it, so
 * a file cannot change how our own literals in the same message are read. What is sent after a file that is not one
 * message may meet the opposite setting: so a text with a backslash is written in the form that means the same in both.
 */
public final class Sql {

    private static final int MAX_IDENTIFIER_BYTES = 63;

    private Sql() {}

    public static String literal(@Nullable String text) {
        if (text == null) {
            return "NULL";
        }
        String withoutNul = text.indexOf('\0') < 0 ? text : text.replace('\0', ' ');
        String quoted = "'" + withoutNul.replace("'", "''") + "'";
        // the blank keeps the E from becoming part of a word before it
        return withoutNul.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    public static String literal(@Nullable Number number) {
        return number == null ? "NULL" : number.toString();
    }

    public static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** PostgreSQL would cut a longer name silently, and two names could become one. */
    public static boolean fitsIdentifier(String name) {
        return !name.isEmpty()
                && name.indexOf('\0') < 0
                && name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= MAX_IDENTIFIER_BYTES;
    }
}
