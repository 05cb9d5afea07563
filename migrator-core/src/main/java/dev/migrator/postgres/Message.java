package dev.migrator.postgres;

import java.util.ArrayList;
import java.util.List;

/**
 * Several statements that travel to the server together, as one message of the simple protocol. The server runs them one
 * after the other and stops at the first failure; the marks tell which statement a count or a position belongs to.
 */
public final class Message {

    /** A line break first: the statement may end in a comment. */
    private static final String END = "\n;\n";

    private final StringBuilder text = new StringBuilder();
    private final List<Integer> offsets = new ArrayList<>();

    /** One that begins with this statement, or is nothing else. */
    public static Message of(String statement) {
        Message message = new Message();
        message.add(statement);
        return message;
    }

    /** Adds one statement, without its semicolon. Returns its index in this message. */
    public int add(String statement) {
        offsets.add(text.length());
        text.append(statement).append(END);
        return offsets.size() - 1;
    }

    public boolean isEmpty() {
        return offsets.isEmpty();
    }

    public int length() {
        return text.length();
    }

    public int statements() {
        return offsets.size();
    }

    public String text() {
        return text.toString();
    }

    /** Whether the statement is this one. */
    public boolean is(int statement, String sql) {
        int end = statement + 1 < offsets.size() ? offsets.get(statement + 1) : text.length();
        int start = offsets.get(statement);
        return end - start == sql.length() + END.length() && text.indexOf(sql, start) == start;
    }

    /** The statement that holds the given offset in {@link #text()}. */
    public int statementAt(int offset) {
        int low = 0;
        int high = offsets.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offsets.get(middle) <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Where the statement begins in {@link #text()}. */
    public int offsetOf(int statement) {
        return offsets.get(statement);
    }

    /**
     * Turns the server's position, which counts characters, into an offset of {@link #text()}, which counts UTF-16 units.
     */
    public int offsetOfCharacter(int oneBasedPosition) {
        int characters = Math.min(oneBasedPosition - 1, text.codePointCount(0, text.length()));
        return text.offsetByCodePoints(0, characters);
    }
}
