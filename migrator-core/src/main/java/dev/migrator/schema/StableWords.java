package dev.migrator.schema;

import dev.migrator.sql.SqlWord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An expression as the server says it after it has read its own words. Two forms change then, and only once: the cast of an
 * array goes to its elements, and a list of conditions takes in one that begins it. So {@code status IN ('a', 'b')} of a
 * varchar, or {@code a BETWEEN 1 AND 2 AND b}, is another text after dump and restore, and after it was added from an
 * expected file.
 */
public final class StableWords {

    private static final Set<String> QUERIES = Set.of("SELECT", "VALUES", "WITH");

    private final String text;
    private final List<SqlWord> words;
    /** Of each parenthesis or bracket that opens, the word that closes it. */
    private final int[] ends;
    /** Of each parenthesis that opens, the AND or OR directly within. */
    private final @Nullable String[] lists;

    private final boolean[] gone;
    private final @Nullable String[] before;
    private final @Nullable String[] behind;

    private StableWords(String text) {
        this.text = text;
        this.words = SqlWord.of(text);
        this.ends = new int[words.size()];
        this.lists = new @Nullable String[words.size()];
        this.gone = new boolean[words.size()];
        this.before = new @Nullable String[words.size()];
        this.behind = new @Nullable String[words.size()];
    }

    public static String of(String text) {
        boolean array = text.contains("(ARRAY[");
        boolean list = text.contains("((") && (text.contains(") AND ") || text.contains(") OR "));
        return array || list ? new StableWords(text).again() : text;
    }

    private String again() {
        pair();
        for (int i = 0; i + 3 < words.size(); i++) {
            if (isOpen(i)) {
                joinList(i);
                castElements(i);
            }
        }
        return written();
    }

    private void pair() {
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < words.size(); i++) {
            if (isOpen(i) || is(i, "[")) {
                open.push(i);
            } else if ((is(i, ")") || is(i, "]")) && !open.isEmpty()) {
                ends[open.pop()] = i;
            } else if ((is(i, "AND") || is(i, "OR")) && !open.isEmpty() && lists[open.peek()] == null) {
                lists[open.peek()] = words.get(i).text();
            }
        }
    }

    private boolean isOpen(int at) {
        return words.get(at).type() == SqlWord.Type.OPEN;
    }

    private boolean is(int at, String word) {
        return at < words.size() && words.get(at).text().equals(word);
    }

    /** {@code ((a AND b) AND c)}: each condition has its parentheses, so nothing else can stand between them. */
    private void joinList(int at) {
        int first = at + 1;
        String list = isOpen(first) ? lists[first] : null;
        if (list != null
                && is(ends[first] + 1, list)
                && !QUERIES.contains(words.get(first + 1).text())) {
            gone[first] = true;
            gone[ends[first]] = true;
        }
    }

    /** {@code (ARRAY[a, b])::type[]}. */
    private void castElements(int at) {
        int cast = ends[at] + 1;
        if (!is(at + 1, "ARRAY") || !is(at + 2, "[") || ends[at + 2] + 1 != ends[at] || !is(cast, "::")) {
            return;
        }
        int type = cast + 1;
        int end = type;
        while (end < words.size() && !is(end, "[") && isOfType(end)) {
            end = isOpen(end) ? ends[end] + 1 : end + 1;
        }
        if (end > type && is(end, "[") && is(end + 1, "]")) {
            castElements(
                    at + 2,
                    text.substring(words.get(type).start(), words.get(end - 1).end()));
            gone[at] = true;
            for (int i = ends[at]; i <= end + 1; i++) {
                gone[i] = true;
            }
        }
    }

    private boolean isOfType(int at) {
        return words.get(at).isName() || words.get(at).type() == SqlWord.Type.DOT || isOpen(at);
    }

    private void castElements(int bracket, String type) {
        int element = bracket + 1;
        for (int i = element; i <= ends[bracket]; i++) {
            if (i == ends[bracket] || is(i, ",")) {
                castElement(element, i - 1, type);
                element = i + 1;
            } else if (isOpen(i) || is(i, "[")) {
                i = ends[i];
            }
        }
    }

    private void castElement(int from, int to, String type) {
        if (is(from, "ARRAY") && is(from + 1, "[") && ends[from + 1] == to) {
            castElements(from + 1, type);
        } else if (from <= to) {
            before[from] = "(";
            behind[to] = ")::" + type;
        }
    }

    private String written() {
        StringBuilder written = new StringBuilder();
        int copied = 0;
        for (int i = 0; i < words.size(); i++) {
            SqlWord word = words.get(i);
            boolean within = gone[i] && i > 0 && gone[i - 1];
            written.append(within ? "" : text.substring(copied, word.start()));
            add(before[i], written);
            written.append(gone[i] ? "" : word.text());
            add(behind[i], written);
            copied = word.end();
        }
        return written.append(text, copied, text.length()).toString();
    }

    private static void add(@Nullable String insertion, StringBuilder written) {
        if (insertion != null) {
            written.append(insertion);
        }
    }
}
