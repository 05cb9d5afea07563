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

    /** A place of the text. */
    private record Mark(int start, int end, boolean from) {}

    private final String text;
    private final List<Mark> marks;

    private RangeText(String text, List<Mark> marks) {
        this.text = text;
        this.marks = marks;
    }

    public static RangeText of(String text) {
        List<Mark> marks = new ArrayList<>();
        try {
            Lexer lexer = new Lexer(new Window(new StringReader(text)));
            lexer.moveTo(0);
            int brackets = 0;
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                switch (token) {
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
        return new RangeText(text, List.copyOf(marks));
    }

    public boolean hasBothEnds() {
        return marks.stream().anyMatch(Mark::from) && marks.stream().anyMatch(mark -> !mark.from());
    }

    /** Whether one of the ends is only compared in a way that leaves out its own row, which belongs to the range. */
    public boolean leavesOutAnEnd() {
        return hasBothEnds() && (isOnlyBeyond(true) || isOnlyBeyond(false));
    }

    private boolean isOnlyBeyond(boolean from) {
        return marks.stream().filter(mark -> mark.from() == from).allMatch(mark -> {
            int before = mark.start();
            while (before > 0 && Character.isWhitespace(text.charAt(before - 1))) {
                before--;
            }
            int after = mark.end();
            while (after < text.length() && Character.isWhitespace(text.charAt(after))) {
                after++;
            }
            return isAlone(before - 1, from ? '>' : '<') || isAlone(after, from ? '<' : '>');
        });
    }

    private boolean isAlone(int at, char operator) {
        return at >= 0
                && at < text.length()
                && text.charAt(at) == operator
                && !isOfOperator(at - 1)
                && !isOfOperator(at + 1);
    }

    private boolean isOfOperator(int at) {
        return at >= 0 && at < text.length() && "+-*/<>=~!@#%^&|`?".indexOf(text.charAt(at)) >= 0;
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
