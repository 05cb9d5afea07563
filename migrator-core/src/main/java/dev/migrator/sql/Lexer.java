package dev.migrator.sql;

import java.io.IOException;
import java.util.Arrays;

/**
 * Text to tokens by the rules of the server's scan.l with {@code standard_conforming_strings} on. {@code B''}, {@code X''},
 * {@code N''} and {@code U&''} come as a word and a string, operators as single characters: their ends are the same.
 */
final class Lexer {

    private static final Token[] STARTS = starts();
    private static final boolean[] SPACES = startsOf(Token.SPACE, Token.SPACE);
    private static final boolean[] DIGITS = startsOf(Token.NUMBER, Token.NUMBER);
    private static final boolean[] TAG_PARTS = startsOf(Token.WORD, Token.NUMBER);
    private static final boolean[] NAME_PARTS = startsOf(Token.WORD, Token.NUMBER);

    static {
        TAG_PARTS[128] = true;
        NAME_PARTS[128] = true;
        NAME_PARTS['$'] = true;
    }

    private final Window window;
    private int start;
    private int end;

    Lexer(Window window) {
        this.window = window;
    }

    /** Where the token starts that was read last. */
    int start() {
        return start;
    }

    /** The index behind the token that was read last. */
    int end() {
        return end;
    }

    void moveTo(int index) {
        start = index;
        end = index;
    }

    Token next() throws IOException {
        start = end;
        int c = window.at(start);
        if (c < 0) {
            return Token.END;
        }
        Token starts = c < STARTS.length ? STARTS[c] : Token.WORD;
        end = start + 1;
        return switch (starts) {
            case SPACE -> run(Token.SPACE, SPACES);
            case WORD -> word(c);
            case NUMBER -> run(Token.NUMBER, DIGITS);
            case STRING -> string();
            case QUOTED_WORD -> quotedWord(start + 1);
            case COMMENT -> commentOrOperator(c);
            case PSQL_VARIABLE -> colon();
            case CONFLICT_MARKER -> markerOrOperator(c);
            case UNCLOSED_DOLLAR_QUOTE -> dollar();
            default -> starts;
        };
    }

    private Token run(Token token, boolean[] set) throws IOException {
        end = window.skip(end, set);
        return token;
    }

    private Token word(int first) throws IOException {
        int second = window.at(end);
        if (second == '\'' && (first == 'e' || first == 'E')) {
            return escapeString();
        }
        if (second == '&' && (first == 'u' || first == 'U') && window.at(end + 1) == '"') {
            return quotedWord(start + 3);
        }
        return run(Token.WORD, NAME_PARTS);
    }

    private Token string() throws IOException {
        end = behindQuote(start + 1, '\'');
        return end < 0 ? unclosed(Token.UNCLOSED_STRING) : Token.STRING;
    }

    private Token quotedWord(int from) throws IOException {
        end = behindQuote(from, '"');
        return end < 0 ? unclosed(Token.UNCLOSED_IDENTIFIER) : Token.QUOTED_WORD;
    }

    /** The index behind the closing quote, or -1; a doubled quote stands for itself. */
    private int behindQuote(int from, char quote) throws IOException {
        int i = window.find(from, quote, quote);
        while (i >= 0 && window.at(i + 1) == quote) {
            i = window.find(i + 2, quote, quote);
        }
        return i < 0 ? -1 : i + 1;
    }

    private Token escapeString() throws IOException {
        int i = start + 2;
        while (true) {
            i = window.find(i, '\'', '\\');
            if (i < 0) {
                return unclosed(Token.UNCLOSED_STRING);
            }
            if (window.at(i) == '\\' || window.at(i + 1) == '\'') {
                i += 2;
                continue;
            }
            int next = continuation(i + 1);
            if (next < 0) {
                end = i + 1;
                return Token.STRING;
            }
            i = next;
        }
    }

    /** Behind the quote that continues a string after a line end, or -1: the escapes hold there too. */
    private int continuation(int from) throws IOException {
        boolean line = false;
        int i = from;
        while (true) {
            int c = window.at(i);
            if (isSpace(c)) {
                line |= c == '\n' || c == '\r';
                i++;
            } else if (c == '-' && window.at(i + 1) == '-') {
                i = lineRest(i);
            } else {
                return line && c == '\'' ? i + 1 : -1;
            }
        }
    }

    private Token dollar() throws IOException {
        int tagEnd = isDigit(window.at(end)) ? end : window.skip(end, TAG_PARTS);
        if (window.at(tagEnd) != '$') {
            return Token.OTHER;
        }
        int length = tagEnd + 1 - start;
        int i = window.find(tagEnd + 1, '$', '$');
        while (i >= 0 && !repeatsTag(i, length)) {
            i = window.find(i + 1, '$', '$');
        }
        if (i < 0) {
            return unclosed(Token.UNCLOSED_DOLLAR_QUOTE);
        }
        end = i + length;
        return Token.STRING;
    }

    private boolean repeatsTag(int at, int length) throws IOException {
        for (int i = 1; i < length; i++) {
            if (window.at(at + i) != window.at(start + i)) {
                return false;
            }
        }
        return true;
    }

    private Token commentOrOperator(int first) throws IOException {
        int second = window.at(end);
        if (first == '-' && second == '-') {
            end = lineRest(start);
            return Token.COMMENT;
        }
        return first == '/' && second == '*' ? blockComment() : Token.OTHER;
    }

    private Token blockComment() throws IOException {
        int depth = 1;
        int i = start + 2;
        while (depth > 0) {
            i = window.find(i, '/', '*');
            if (i < 0) {
                return unclosed(Token.UNCLOSED_COMMENT);
            }
            int pair = window.at(i) == '/' ? '*' : '/';
            if (window.at(i + 1) == pair) {
                depth += pair == '*' ? 1 : -1;
                i++;
            }
            i++;
        }
        end = i;
        return Token.COMMENT;
    }

    private Token colon() throws IOException {
        int c = window.at(end);
        if (c == ':') {
            end++;
            return Token.OTHER;
        }
        if (c == '{') {
            return window.at(end + 1) == '?' ? Token.PSQL_VARIABLE : Token.OTHER;
        }
        if (c != '\'' && c != '"') {
            return isWordPart(c) ? Token.PSQL_VARIABLE : Token.OTHER;
        }
        int i = window.skip(end + 1, TAG_PARTS);
        return i > end + 1 && window.at(i) == c ? Token.PSQL_VARIABLE : Token.OTHER;
    }

    private Token markerOrOperator(int c) throws IOException {
        if (start > 0 && !isLineEnd(window.at(start - 1))) {
            return Token.OTHER;
        }
        for (int i = 1; i < 7; i++) {
            if (window.at(start + i) != c) {
                return Token.OTHER;
            }
        }
        int next = window.at(start + 7);
        if (next >= 0 && !isSpace(next)) {
            return Token.OTHER;
        }
        end = start + 7;
        return Token.CONFLICT_MARKER;
    }

    private int lineRest(int from) throws IOException {
        int i = window.find(from, '\n', '\r');
        return i < 0 ? window.length() : i;
    }

    private Token unclosed(Token token) {
        end = window.length();
        return token;
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(int c) {
        return c >= 0 && TAG_PARTS[Math.min(c, 128)];
    }

    private static boolean[] startsOf(Token one, Token other) {
        boolean[] set = new boolean[129];
        for (int c = 0; c < STARTS.length; c++) {
            set[c] = STARTS[c] == one || STARTS[c] == other;
        }
        return set;
    }

    /** What each ASCII character may start. */
    private static Token[] starts() {
        Token[] starts = new Token[128];
        Arrays.fill(starts, Token.OTHER);
        Arrays.fill(starts, '\t', '\r' + 1, Token.SPACE);
        starts[' '] = Token.SPACE;
        Arrays.fill(starts, 'A', 'Z' + 1, Token.WORD);
        Arrays.fill(starts, 'a', 'z' + 1, Token.WORD);
        starts['_'] = Token.WORD;
        Arrays.fill(starts, '0', '9' + 1, Token.NUMBER);
        starts['\''] = Token.STRING;
        starts['"'] = Token.QUOTED_WORD;
        starts['$'] = Token.UNCLOSED_DOLLAR_QUOTE;
        starts['-'] = Token.COMMENT;
        starts['/'] = Token.COMMENT;
        starts[':'] = Token.PSQL_VARIABLE;
        starts['<'] = Token.CONFLICT_MARKER;
        starts['='] = Token.CONFLICT_MARKER;
        starts['>'] = Token.CONFLICT_MARKER;
        starts['|'] = Token.CONFLICT_MARKER;
        starts['('] = Token.OPEN;
        starts[')'] = Token.CLOSE;
        starts['['] = Token.OPEN_BRACKET;
        starts[']'] = Token.CLOSE_BRACKET;
        starts['.'] = Token.DOT;
        starts[','] = Token.COMMA;
        starts[';'] = Token.SEMICOLON;
        starts['\\'] = Token.BACKSLASH;
        return starts;
    }
}
