package dev.migrator.sql;

import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/** Reads on through the tokens of one statement, without white space and comments, up to its end. */
final class TokenCursor {

    private final Window window;
    private final Lexer lexer;
    private Token token = Token.END;

    private TokenCursor(Window window, int from) throws IOException {
        this.window = window;
        this.lexer = new Lexer(window);
        lexer.moveTo(from);
        advance();
    }

    static TokenCursor in(Window window, int from) throws IOException {
        return new TokenCursor(window, from);
    }

    static TokenCursor of(String statement) throws IOException {
        return new TokenCursor(new Window(new StringReader(statement)), 0);
    }

    boolean atEnd() {
        return token == Token.END;
    }

    /** Where the current token starts. */
    int start() {
        return lexer.start();
    }

    /** The current token as it is written. */
    String text() {
        return window.text(lexer.start(), lexer.end());
    }

    boolean is(Token expected) {
        return token == expected;
    }

    boolean is(String keyword) {
        return token == Token.WORD && window.isWord(lexer.start(), lexer.end(), keyword);
    }

    boolean take(String keyword) throws IOException {
        return is(keyword) && moveOn();
    }

    boolean take(String first, String second) throws IOException {
        return take(first) && take(second);
    }

    boolean take(Token expected) throws IOException {
        return is(expected) && moveOn();
    }

    void advance() throws IOException {
        do {
            token = lexer.next();
        } while (token == Token.SPACE || token == Token.COMMENT);
        if (token == Token.SEMICOLON || token == Token.BACKSLASH || token.compareTo(Token.UNCLOSED_STRING) >= 0) {
            token = Token.END;
            lexer.moveTo(lexer.start());
        }
    }

    /** Moves behind the parentheses that open here, if any do. */
    void skipParentheses() throws IOException {
        if (!take(Token.OPEN)) {
            return;
        }
        for (int depth = 1; depth > 0 && !atEnd(); advance()) {
            if (is(Token.OPEN)) {
                depth++;
            } else if (is(Token.CLOSE)) {
                depth--;
            }
        }
    }

    /** A name with its schema, or null if there is none here or it is written as {@code U&"…"}. */
    @Nullable
    QualifiedName name() throws IOException {
        String schema = null;
        String name = identifier();
        while (name != null && take(Token.DOT)) {
            schema = name;
            name = identifier();
        }
        return name == null ? null : new QualifiedName(schema, name);
    }

    private @Nullable String identifier() throws IOException {
        if (!is(Token.WORD) && !is(Token.QUOTED_WORD)) {
            return null;
        }
        String text = text();
        boolean readable = is(Token.WORD) || text.startsWith("\"");
        advance();
        return readable ? QualifiedName.unquoted(text) : null;
    }

    private boolean moveOn() throws IOException {
        advance();
        return true;
    }
}
