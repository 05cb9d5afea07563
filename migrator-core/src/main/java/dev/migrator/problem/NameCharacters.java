package dev.migrator.problem;

import java.util.Locale;

/** Which characters a name may have. Names reach logs, pages and terminals, so none may forge a line or turn text around. */
public final class NameCharacters {

    private NameCharacters() {}

    /** The text with what would break a line or mislead an eye written as an escape. */
    public static String visible(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            if (isForbidden(text, i) && !isSlash(text.charAt(i))) {
                escaped = escaped == null ? new StringBuilder(text.substring(0, i)) : escaped;
                escaped.append(String.format(Locale.ROOT, "\\u%04X", (int) text.charAt(i)));
            } else if (escaped != null) {
                escaped.append(text.charAt(i));
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    /** The position of the first character that no name may have, or -1. */
    public static int firstForbidden(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isForbidden(text, i)) {
                return i;
            }
        }
        return -1;
    }

    public static String describe(char c) {
        if (c == '\n' || c == '\r') {
            return "a line break";
        }
        if (isSlash(c)) {
            return "a slash";
        }
        String code = String.format(Locale.ROOT, "U+%04X", (int) c);
        if (isDirection(c)) {
            return "an invisible character that turns the direction of text (" + code + ")";
        }
        if (c == '\uFFFD' || Character.isSurrogate(c)) {
            return "a character that could not be decoded (" + code + ")";
        }
        return "a control character (" + code + ")";
    }

    private static boolean isForbidden(String text, int index) {
        char c = text.charAt(index);
        if (c < 0x80) {
            return c < 0x20 || c == 0x7F || isSlash(c);
        }
        if (Character.isSurrogate(c)) {
            return !isPaired(text, index);
        }
        return c < 0xA0 || c == '\u2028' || c == '\u2029' || c == '\uFFFD' || isDirection(c);
    }

    private static boolean isPaired(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static boolean isDirection(char c) {
        return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
    }
}
