package dev.migrator.sql;

/**
 * One statement, to be sent to the server by itself.
 *
 * @param source all that the statement covers: what precedes it, its text, its semicolon
 * @param text from its first to its last token: without surrounding white space, comments and the semicolon
 * @param position where {@code text} starts
 */
public record SqlStatement(String source, Position start, String text, Position position, StatementKind kind)
        implements SqlPiece {

    /** Where the character at an offset of {@link #text()} is in the script. */
    public Position positionAt(int offset) {
        return position.moved(text, 0, Math.max(0, Math.min(offset, text.length())));
    }

    /** The same statement without its full text, to be kept when the text must not be. */
    SqlStatement head(int length) {
        String head = cut(text, length);
        return new SqlStatement(head, position, head, position, kind);
    }

    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }
}
