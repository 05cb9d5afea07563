package dev.migrator.problem;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one gate for texts that come from outside (server messages, statements, URLs) on their way to a log, a table, an
 * error or a page: secrets masked, control characters made harmless, length bounded.
 */
public final class SafeText {

    private static final int LIMIT = 4_000;

    /** {@code password=x}, {@code sslpassword=x}, as in URLs and property lists; quoted within a literal, quotes double. */
    private static final Pattern PASSWORD_PARAMETER =
            Pattern.compile("(?i)((?:ssl)?pass(?:word|wd|phrase)?\\s*=(?!>)\\s*)(?:''[^']+''|'[^']*'|[^\\s&'\"]+)");

    private static final String GAP = "(?:\\s|/\\*(?:[^*]++|\\*(?!/))*+\\*/|--[^\\n]*+\\n)*+";

    /** Within a literal, as E'…', as U&'…', dollar quoted; continued on the next line; without an end. */
    private static final String QUOTED =
            "(?:''[^']+''|'(?:[^'\\\\]++|\\\\.|'')*+'?(?:\\s*\\n\\s*'[^']*'?)*|\\$([a-z_\\d]*)\\$.*?(?:\\$\\2\\$|$))";

    /**
     * {@code PASSWORD 'x'} of CREATE ROLE, ALTER USER and user mappings; of settings and arguments; and as PL/pgSQL puts it
     * together: with {@code %L}, or with {@code ||}.
     */
    private static final Pattern PASSWORD_LITERAL = Pattern.compile(
            "(?i)(pass(?:word|wd|phrase)\"?" + GAP + "(?:(?:to|=>|:=)" + GAP + ")?"
                    + "(?:(?:%\\d*\\$?[lsi])?'\\s*,\\s*|'\\s*\\|\\|\\s*(?:[\\w.]+\\(\\s*)?)?(?:E|U&)?)" + QUOTED,
            Pattern.DOTALL);

    /** {@code "password": "x"}. */
    private static final Pattern PASSWORD_MEMBER =
            Pattern.compile("(?i)(pass(?:word|wd|phrase)\"\\s*:\\s*)\"(?:[^\"\\\\]++|\\\\.)*+\"?");

    /** {@code user:secret@host}, as in connection URLs. */
    private static final Pattern USER_INFO = Pattern.compile("(//[^\\s/:@]*:)\\S+@");

    /** A statement about roles, also where PL/pgSQL puts it together. */
    private static final Pattern OF_ROLES = Pattern.compile("(?i)(?:create|alter)\\s++(?:role|user|group)\\b");

    /** A password in quotes or by mistake in none. */
    private static final Pattern PASSWORD_WORD =
            Pattern.compile("(?i)\\bpassword\\s++(?:\\$\\w*\\$|[\"'])*+([^\\s\"'$;,()]+)");

    /**
     * Literals and comments of SQL, and quoted names so that their quotes are not taken for those of a literal. What
     * can't be told for sure (a backslash before a quote, a comment in a comment) reaches to the end.
     */
    private static final Pattern LITERAL = Pattern.compile(
            "(?<name>\"[^\"]*+(?:\"|$))"
                    + "|--[^\\n]*+"
                    + "|/\\*(?:[^*/]++|\\*(?!/)|/(?!\\*))*+\\*/|/\\*.*"
                    + "|(?<![\\w$])[eE]'(?:[^'\\\\]++|\\\\.|'')*+(?:'|\\\\?$)"
                    + "|'(?:[^'\\\\]++|''|\\\\[^'])*+(?:'|$)|'.*"
                    + "|(?<![\\w$])\\$((?:[\\p{L}_][\\p{L}\\d_]*+)?)\\$.*?(?:\\$\\2\\$|$)",
            Pattern.DOTALL);

    /**
     * A value that the server repeats in a message of SQLSTATE class 22 (data exceptions): from the first quoted text that is
     * no name of something, or the first number behind a colon, to the last quote of whatever language, or to the end. A
     * value may hold quotes itself.
     */
    private static final Pattern VALUE = Pattern.compile(
            "(?s)^((?:[^\"«»„“”「]*?\\b(?:parameter|sequence|encoding|column|relation|type) \"[^\"]*\")*+[^\"«»„“”「]*?)"
                    + "(?:[\"«»„“”「].*[\"«»„“”」]|(?<=: )[-+\\d].*|(?<= : ).*|0x.*)");

    private SafeText() {}

    /** Without the data of rows that a server's or driver's message repeats; other messages name things, not values. */
    public static String withoutValues(String message, @Nullable String sqlState) {
        return sqlState != null && sqlState.startsWith("22")
                ? VALUE.matcher(message).replaceFirst("$1***")
                : message;
    }

    /** For a statement that is not ours to show: every text in it becomes {@code '***'}, comments go. */
    public static String withoutLiterals(String statement) {
        String cut = statement.length() > LIMIT ? statement.substring(0, LIMIT) : statement;
        return LITERAL.matcher(cut)
                .replaceAll(found -> found.group(1) != null
                        ? Matcher.quoteReplacement(found.group())
                        : found.group().startsWith("-") || found.group().startsWith("/") ? " " : "'***'");
    }

    /**
     * A server may repeat any word of a statement that it can't read, and by itself such a word is not recognised as a
     * secret: masks what the statement calls a password wherever the server's text holds it.
     */
    public static String withoutPasswordsOf(String statement, String text) {
        Matcher roles = OF_ROLES.matcher(statement);
        Matcher word = PASSWORD_WORD.matcher(statement);
        String masked = text;
        int end = 0;
        for (int at = 0; at < statement.length() && roles.find(at); ) {
            if (roles.end() > end) {
                int semicolon = statement.indexOf(';', roles.end());
                end = semicolon < 0 ? statement.length() : semicolon;
            }
            word.region(roles.end(), end);
            boolean found = word.find();
            if (found && !word.group(1).equalsIgnoreCase("null")) {
                masked = masked.replace(word.group(1), "***");
            }
            // without one up to there, no later beginning has one either: the statement may be a file of 40 MB
            at = found ? word.end() : end;
        }
        return masked;
    }

    /** Masks secrets, escapes control and bidirectional characters (line breaks stay), cuts at a few thousand characters. */
    public static String of(String text) {
        String cut = text.length() > LIMIT ? text.substring(0, LIMIT) + "… (cut)" : text;
        return printable(withoutSecrets(cut), true);
    }

    /** Like {@link #of} for a place that holds one line: a name, a log field. */
    public static String line(String text) {
        String cut = text.length() > LIMIT ? text.substring(0, LIMIT) + "…" : text;
        return printable(withoutSecrets(cut), false);
    }

    private static String withoutSecrets(String text) {
        if (!mayHoldSecret(text)) {
            return text;
        }
        String masked = PASSWORD_LITERAL.matcher(text).replaceAll("$1'***'");
        masked = PASSWORD_PARAMETER.matcher(masked).replaceAll("$1***");
        masked = PASSWORD_MEMBER.matcher(masked).replaceAll("$1\"***\"");
        return USER_INFO.matcher(masked).replaceAll("$1***@");
    }

    private static boolean mayHoldSecret(String text) {
        return text.indexOf('@') >= 0 || containsPass(text);
    }

    private static boolean containsPass(String text) {
        for (int i = 0, last = text.length() - 4; i <= last; i++) {
            if (text.regionMatches(true, i, "pass", 0, 4)) {
                return true;
            }
        }
        return false;
    }

    private static String printable(String text, boolean keepLineBreaks) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fine = !isHarmful(c) || keepLineBreaks && (c == '\n' || c == '\t');
            if (!fine && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null) {
                out.append(fine ? String.valueOf(c) : escape(c));
            }
        }
        return out == null ? text : out.toString();
    }

    /** Control characters, and those that turn the direction of the text around them. */
    private static boolean isHarmful(char c) {
        return c < 0x20
                || c >= 0x7f && c < 0xa0
                || c == 0x2028
                || c == 0x2029
                || c >= 0x200e && c <= 0x200f
                || c >= 0x202a && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069;
    }

    private static String escape(char c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u%04x", (int) c);
        };
    }
}
