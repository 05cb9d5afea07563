package dev.migrator.sql;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * Settings by which the server talks to its client. The driver reads UTF-8 and ISO dates, and closes its connection when
 * the server says that it will send anything else.
 */
final class ClientSettings {

    private static final Set<String> ENCODINGS = Set.of("utf8", "unicode", "default");
    private static final Set<String> OTHER_STYLES = Set.of("german", "sql", "postgres");

    private ClientSettings() {}

    /** Whether a {@code SET}, read on behind {@code SESSION} or {@code LOCAL}, sets one to what the driver can't read. */
    static boolean areUnreadable(TokenCursor tokens) throws IOException {
        if (tokens.take("names")) {
            return !tokens.atEnd() && !ENCODINGS.contains(letters(tokens.text()));
        }
        boolean encoding = tokens.take("client_encoding");
        if (!encoding && !tokens.take("datestyle")) {
            return false;
        }
        if (!tokens.take("to")) {
            tokens.take(Token.OTHER);
        }
        return encoding ? !ENCODINGS.contains(letters(tokens.text())) : hasOtherStyle(tokens);
    }

    private static boolean hasOtherStyle(TokenCursor tokens) throws IOException {
        for (; !tokens.atEnd(); tokens.advance()) {
            for (String word : tokens.text().split("[,\\s]+")) {
                if (OTHER_STYLES.contains(letters(word))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String letters(String value) {
        return value.replaceAll("[^\\p{Alnum}]", "").toLowerCase(Locale.ROOT);
    }
}
