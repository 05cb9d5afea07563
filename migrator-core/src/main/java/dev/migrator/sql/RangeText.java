package dev.migrator.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A text of SQL with {@code :from} and {@code :to} where the ends of a range of keys belong. In strings, comments, casts
 * and array slices the same letters mean nothing.
 */
public final class RangeText {

    private static final String ARITHMETIC = "+-*/%^&|#";
    private static final String OPERATORS = ARITHMETIC + "<>=~!@`?";

    /** A place of the text. */
    private record Mark(int start, int end, boolean from) {}

    private final String text;
    private final String withoutComments;
    private final List<Mark> marks;

    private RangeText(String text, String withoutComments, List<Mark> marks) {
        this.text = text;
        this.withoutComments = withoutComments;
        this.marks = marks;
    }

    public static RangeText of(String text) {
        List<Mark> marks = new ArrayList<>();
        StringBuilder withoutComments = new StringBuilder(text);
        try {
            Lexer lexer = new Lexer(new Window(new StringReader(text)));
            lexer.moveTo(0);
            int brackets = 0;
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                switch (token) {
                    case COMMENT ->
                        withoutComments.replace(lexer.start(), lexer.end(), " ".repeat(lexer.end() - lexer.start()));
                    case OPEN_BRACKET -> brackets++;
                    case CLOSE_BRACKET -> brackets = Math.max(0, brackets - 1);
                    case PSQL_VARIABLE -> {
                        int start = lexer.start();
                        boolean word = lexer.next() == Token.WORD && lexer.start() == start + 1;
                        String name = word ? text.substring(lexer.start(), lexer.end()) : "";
                        if (brackets == 0 && (name.equals("from") || name.equals("to"))) {
                            marks.add(new Mark(start, lexer.end(), name.equals("from")));
                        }
                    }
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RangeText(text, withoutComments.toString(), List.copyOf(marks));
    }

    public boolean hasBothEnds() {
        return marks.stream().anyMatch(Mark::from) && marks.stream().anyMatch(mark -> !mark.from());
    }

    /** Whether one of the ends is only compared in a way that leaves out its own row, which belongs to the range. */
    public boolean leavesOutAnEnd() {
        return hasBothEnds() && (isOnlyBeyond(true) || isOnlyBeyond(false));
    }

    /** An end with which somebody calculates, as in {@code id < :to + 1}, is not what is compared. */
    private boolean isOnlyBeyond(boolean from) {
        return marks.stream().filter(mark -> mark.from() == from).allMatch(mark -> {
            int before = mark.start() - 1;
            while (before >= 0 && Character.isWhitespace(withoutComments.charAt(before))) {
                before--;
            }
            int after = mark.end();
            while (after < text.length() && Character.isWhitespace(withoutComments.charAt(after))) {
                after++;
            }
            return isAlone(before, from ? '>' : '<') && !isOf(after, ARITHMETIC)
                    || isAlone(after, from ? '<' : '>') && !isOf(before, ARITHMETIC);
        });
    }

    private boolean isAlone(int at, char operator) {
        return at >= 0
                && at < text.length()
                && withoutComments.charAt(at) == operator
                && !isOf(at - 1, OPERATORS)
                && !isOf(at + 1, OPERATORS);
    }

    private boolean isOf(int at, String characters) {
        return at >= 0 && at < text.length() && characters.indexOf(withoutComments.charAt(at)) >= 0;
    }

    /** The text with the ends in their places. */
    public String between(String from, String to) {
        StringBuilder filled = new StringBuilder(text.length() + marks.size() * from.length());
        int done = 0;
        for (Mark mark : marks) {
            filled.append(text, done, mark.start()).append(mark.from() ? from : to);
            done = mark.end();
        }
        return filled.append(text, done, text.length()).toString();
    }

    /** The text with parameters of the same length in their places: what every other reader of SQL understands. */
    public String neutral() {
        StringBuilder neutral = new StringBuilder(text);
        for (Mark mark : marks) {
            neutral.replace(mark.start(), mark.end(), mark.from() ? "$1111" : "$22");
        }
        return neutral.toString();
    }
}
