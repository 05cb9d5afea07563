package dev.migrator.sql;

/**
 * A place in a text.
 *
 * @param offset UTF-16 code units from the start of the text, from 0
 * @param line from 1; LF, CR and CRLF each end one line
 * @param column UTF-16 code units from the start of the line, from 1; a tab is one column
 */
public record Position(long offset, int line, int column) {

    public static final Position START = new Position(0, 1, 1);

    /** The place of {@code text.charAt(to)}, when this is the place of {@code text.charAt(from)}. */
    Position moved(String text, int from, int to) {
        return text.indexOf('\r', from) < 0 ? movedOverLines(text, from, to) : movedOverAnyLines(text, from, to);
    }

    private Position movedOverLines(String text, int from, int to) {
        int lines = 0;
        int lineStart = from - (column - 1);
        for (int i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) {
            lines++;
            lineStart = i + 1;
        }
        return new Position(offset + (to - from), line + lines, to - lineStart + 1);
    }

    private Position movedOverAnyLines(String text, int from, int to) {
        int lines = 0;
        int lineStart = from - (column - 1);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n')) {
                lines++;
                lineStart = i + 1;
            }
        }
        return new Position(offset + (to - from), line + lines, to - lineStart + 1);
    }
}
