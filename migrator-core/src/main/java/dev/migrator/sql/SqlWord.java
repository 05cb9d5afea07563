package dev.migrator.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A token of one statement, for those who must know which names it holds.
 *
 * @param text as it is written
 * @param start where it begins in the statement
 */
public record SqlWord(Type type, String text, int start, int end) {

    /** As far as names are concerned. */
    public enum Type {
        NAME,
        QUOTED_NAME,
        STRING,
        DOT,
        OPEN,
        CLOSE,
        OTHER
    }

    /** The tokens of a statement without white space and comments. */
    public static List<SqlWord> of(String statement) {
        List<SqlWord> words = new ArrayList<>();
        Window window = new Window(new StringReader(statement));
        Lexer lexer = new Lexer(window);
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                if (token != Token.SPACE && token != Token.COMMENT) {
                    words.add(new SqlWord(
                            type(token), window.text(lexer.start(), lexer.end()), lexer.start(), lexer.end()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    private static Type type(Token token) {
        return switch (token) {
            case WORD -> Type.NAME;
            case QUOTED_WORD -> Type.QUOTED_NAME;
            case STRING -> Type.STRING;
            case DOT -> Type.DOT;
            case OPEN -> Type.OPEN;
            case CLOSE -> Type.CLOSE;
            default -> Type.OTHER;
        };
    }

    public boolean isName() {
        return type == Type.NAME || type == Type.QUOTED_NAME;
    }

    /** Whether it is this word, in any case of letters, without quotes. */
    public boolean is(String keyword) {
        return type == Type.NAME && text.equalsIgnoreCase(keyword);
    }

    /** The name that the server would read. */
    public String name() {
        return QualifiedName.unquoted(text);
    }
}
