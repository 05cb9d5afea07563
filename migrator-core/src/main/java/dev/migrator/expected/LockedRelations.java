package dev.migrator.expected;

import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables that a statement would lock; those that a view selects from are not among them. */
final class LockedRelations {

    /** Words before the name of a table, in statements that lock it. */
    private static final Set<String> BEFORE_RELATION = Set.of("references", "like", "of", "partition");

    private LockedRelations() {}

    /** Where the names begin. */
    static List<Integer> of(List<SqlWord> words) {
        List<Integer> relations = new ArrayList<>();
        String kind = kind(words);
        switch (kind) {
            case "table" -> tables(words, relations);
            case "index", "trigger", "policy" -> after(words, "on", relations);
            case "rule" -> after(words, "to", relations);
            case "comment" -> comment(words, relations);
            default -> {
                // types, functions and views lock nothing that traffic needs
            }
        }
        return relations;
    }

    private static String kind(List<SqlWord> words) {
        if (words.get(0).is("comment")) {
            return "comment";
        }
        return words.stream()
                .skip(1)
                .map(LockedRelations::lower)
                .filter(StatementCheck.CREATED::contains)
                .findFirst()
                .orElse("");
    }

    private static void tables(List<SqlWord> words, List<Integer> relations) {
        if (words.get(0).is("alter")) {
            addAt(words, CreatedNames.skip(words, 2, "if", "exists", "only"), relations);
        }
        for (int i = 1; i < words.size(); i++) {
            SqlWord word = words.get(i);
            if (word.is("inherits") || word.is("inherit")) {
                inherited(words, i + 1, relations);
            } else if (BEFORE_RELATION.contains(lower(word)) && word.type() == SqlWord.Type.NAME) {
                boolean names = word.is("references")
                        || word.is("like") && words.get(i - 1).type() != SqlWord.Type.STRING && startsElement(words, i)
                        || word.is("of") && words.get(i - 1).is("partition")
                        || word.is("partition")
                                && (words.get(i - 1).is("attach")
                                        || words.get(i - 1).is("detach"));
                if (names) {
                    addAt(words, i + 1, relations);
                }
            }
        }
    }

    /** LIKE as an element of a table stands behind a parenthesis or a comma; as an operator it never does. */
    private static boolean startsElement(List<SqlWord> words, int at) {
        SqlWord before = words.get(at - 1);
        return before.type() == SqlWord.Type.OPEN || before.text().equals(",");
    }

    private static void inherited(List<SqlWord> words, int from, List<Integer> relations) {
        for (int i = from; i < words.size() && words.get(i).type() != SqlWord.Type.CLOSE; i++) {
            boolean begins = words.get(i).isName() && words.get(i - 1).type() != SqlWord.Type.DOT;
            if (begins) {
                addAt(words, i, relations);
            }
        }
    }

    private static void after(List<SqlWord> words, String keyword, List<Integer> relations) {
        for (int i = 2; i + 1 < words.size(); i++) {
            if (words.get(i).is(keyword) && words.get(i - 1).type() != SqlWord.Type.DOT) {
                addAt(words, CreatedNames.skip(words, i + 1, "only"), relations);
                return;
            }
        }
    }

    private static void comment(List<SqlWord> words, List<Integer> relations) {
        String kind = words.size() > 2 ? lower(words.get(2)) : "";
        switch (kind) {
            case "table" -> addAt(words, 3, relations);
            case "column" -> addAt(words, 3, relations);
            case "constraint", "trigger", "policy", "rule" -> afterLast(words, relations);
            default -> {
                // nothing that traffic waits for
            }
        }
    }

    /** COMMENT ON CONSTRAINT one ON that: the word ON before the table is the second one. */
    private static void afterLast(List<SqlWord> words, List<Integer> relations) {
        for (int i = 4; i + 1 < words.size(); i++) {
            if (words.get(i).is("on")) {
                addAt(words, i + 1, relations);
                return;
            }
        }
    }

    private static void addAt(List<SqlWord> words, int at, List<Integer> relations) {
        if (at < words.size() && words.get(at).isName()) {
            relations.add(at);
        }
    }

    /** The table that is named there; of {@code table.column} in a comment not the column. */
    static @Nullable QualifiedName nameAt(List<SqlWord> words, int at) {
        QualifiedName name = CreatedNames.nameAt(words, at);
        boolean ofColumn = words.get(0).is("comment") && words.get(2).is("column");
        boolean qualified = at + 3 < words.size() && words.get(at + 3).type() == SqlWord.Type.DOT;
        String schema = name == null ? null : name.schema();
        return ofColumn && !qualified && schema != null ? new QualifiedName(null, schema) : name;
    }

    private static String lower(SqlWord word) {
        return word.text().toLowerCase(Locale.ROOT);
    }
}
