package dev.migrator.directive;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The comments before a file's first statement. Only lines that may hold directives are kept.
 *
 * @param end where the head ends; the length of the text if nothing follows
 * @param endLine the line of {@code end}, from 1
 * @param blockLine the line of a block comment that looks as if it held directives
 */
record Head(
        List<Line> lines, int end, int endLine, @Nullable Integer blockLine) {

    record Line(int number, String text) {}

    static final String MARK = "migrator";

    static Head of(String text) {
        return new Scan(text).head();
    }

    /** Whether the text has the mark and a colon here, whatever the case and the blanks between. */
    static boolean isMarked(String text, int start) {
        if (!text.regionMatches(true, start, MARK, 0, MARK.length())) {
            return false;
        }
        int i = start + MARK.length();
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return i < text.length() && text.charAt(i) == ':';
    }

    /** Where a comment's own text begins, behind the dashes and blanks from {@code start} on. */
    static int ownText(String text, int start) {
        int i = start;
        while (i < text.length() && (text.charAt(i) == '-' || isBlank(text.charAt(i)))) {
            i++;
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) && c != '\n' && c != '\r';
    }

    private static final class Scan {
        private final String text;
        private final List<Line> lines = new ArrayList<>(0);
        private int position;
        private int line = 1;
        private @Nullable Integer blockLine;

        Scan(String text) {
            this.text = text;
        }

        Head head() {
            boolean more = true;
            while (more && position < text.length()) {
                char c = text.charAt(position);
                if (Character.isWhitespace(c)) {
                    step();
                } else if (text.startsWith("--", position)) {
                    lineComment();
                } else {
                    more = text.startsWith("/*", position) && blockComment();
                }
            }
            return new Head(lines, position, line, blockLine);
        }

        private void step() {
            char c = text.charAt(position++);
            boolean half = c == '\r' && position < text.length() && text.charAt(position) == '\n';
            if ((c == '\n' || c == '\r') && !half) {
                line++;
            }
        }

        private void lineComment() {
            int end = position;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            int start = ownText(text, position);
            if (text.regionMatches(true, start, MARK, 0, MARK.length())) {
                lines.add(new Line(line, text.substring(start, end)));
            }
            position = end;
        }

        /** PostgreSQL's block comments nest. One without an end is left for the lexer to refuse. */
        private boolean blockComment() {
            int start = position;
            int startLine = line;
            int depth = 0;
            while (position < text.length()) {
                if (text.startsWith("/*", position)) {
                    depth++;
                    position += 2;
                } else if (text.startsWith("*/", position)) {
                    depth--;
                    position += 2;
                } else {
                    noteMark();
                    step();
                }
                if (depth == 0) {
                    return true;
                }
            }
            position = start;
            line = startLine;
            return false;
        }

        private void noteMark() {
            char c = text.charAt(position);
            if (blockLine == null && (c == 'm' || c == 'M') && isMarked(text, position)) {
                blockLine = line;
            }
        }
    }
}
