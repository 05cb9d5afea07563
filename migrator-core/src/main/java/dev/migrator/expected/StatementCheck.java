package dev.migrator.expected;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expected file may say. It is run, in a scratch schema and to be rolled back, at each start, beside the traffic:
 * so it may only create, and only touch tables that the files themselves create. Whatever else it named would be locked
 * or even read or written while the service works.
 */
final class StatementCheck {

    private static final Set<String> CREATED = Set.of(
            "schema",
            "table",
            "index",
            "type",
            "domain",
            "sequence",
            "view",
            "function",
            "procedure",
            "aggregate",
            "trigger",
            "policy",
            "rule",
            "extension");
    private static final Set<String> ALTERED = Set.of("table", "sequence", "type", "domain", "view");

    /** Words before the name of a table, in statements that lock it. */
    private static final Set<String> BEFORE_RELATION = Set.of("references", "like", "of", "partition");

    private final CreatedNames created;
    private final Problems problems;

    StatementCheck(CreatedNames created, Problems problems) {
        this.created = created;
        this.problems = problems;
    }

    void check(ExpectedFile file, SqlStatement statement, List<SqlWord> words) {
        String where = file.location() + ":" + statement.position().line() + ":"
                + statement.position().column();
        String refusal = refusal(words);
        if (refusal != null) {
            refuse(where, head(statement) + " " + refusal, "Remove it, or do it in a migration.");
            return;
        }
        for (QualifiedName relation : lockedRelations(words)) {
            if (!created.hasRelation(relation)) {
                refuse(
                        where,
                        head(statement) + " needs the table " + shown(relation)
                                + ", which no expected file creates; the real one would be locked while this is read.",
                        "Add a CREATE TABLE with the columns that matter: an expected table may have fewer than the real"
                                + " one.");
            }
        }
    }

    private void refuse(String where, String description, String action) {
        problems.add(Problem.error(ProblemCode.EXPECTED_SCHEMA, where, description, action));
    }

    private static String head(SqlStatement statement) {
        String text = statement.text();
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return SafeText.line(line.length() > 60 ? line.substring(0, 60) + "…" : line);
    }

    private static String shown(QualifiedName name) {
        return SafeText.line((name.schema() == null ? "" : name.schema() + ".") + name.name());
    }

    private static @Nullable String refusal(List<SqlWord> words) {
        if (words.stream().anyMatch(word -> word.is("concurrently"))) {
            return "can't be read in a transaction: write it without CONCURRENTLY; what is missing is built concurrently.";
        }
        SqlWord first = words.get(0);
        if (first.is("comment")) {
            return null;
        }
        if (first.is("create")) {
            return refusalOfCreate(words);
        }
        boolean alters = first.is("alter") && words.size() > 1 && ALTERED.contains(lower(words.get(1)));
        return alters
                ? null
                : "is not a statement of an expected schema: it may CREATE, ALTER what it created, and COMMENT.";
    }

    private static @Nullable String refusalOfCreate(List<SqlWord> words) {
        for (int i = 1; i < words.size(); i++) {
            String word = lower(words.get(i));
            if (word.equals("temp") || word.equals("temporary")) {
                return "is temporary: no schema has it.";
            }
            if (CREATED.contains(word)) {
                return word.equals("table") && copiesRows(words)
                        ? "would copy rows at each start: write its columns."
                        : null;
            }
            if (!Set.of("or", "replace", "unlogged", "unique", "materialized", "recursive", "constraint")
                    .contains(word)) {
                break;
            }
        }
        return "creates what an expected schema can't hold.";
    }

    /** CREATE TABLE … AS: the word stands outside of all parentheses. */
    private static boolean copiesRows(List<SqlWord> words) {
        int depth = 0;
        for (SqlWord word : words) {
            depth += word.type() == SqlWord.Type.OPEN ? 1 : word.type() == SqlWord.Type.CLOSE ? -1 : 0;
            if (depth == 0 && word.is("as")) {
                return true;
            }
        }
        return false;
    }

    /** Every table that the statement would lock: those that a view selects from are not among them. */
    private static List<QualifiedName> lockedRelations(List<SqlWord> words) {
        List<QualifiedName> relations = new ArrayList<>();
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
                .map(StatementCheck::lower)
                .filter(CREATED::contains)
                .findFirst()
                .orElse("");
    }

    private static void tables(List<SqlWord> words, List<QualifiedName> relations) {
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

    private static void inherited(List<SqlWord> words, int from, List<QualifiedName> relations) {
        for (int i = from; i < words.size() && words.get(i).type() != SqlWord.Type.CLOSE; i++) {
            boolean begins = words.get(i).isName() && words.get(i - 1).type() != SqlWord.Type.DOT;
            if (begins) {
                addAt(words, i, relations);
            }
        }
    }

    private static void after(List<SqlWord> words, String keyword, List<QualifiedName> relations) {
        for (int i = 2; i + 1 < words.size(); i++) {
            if (words.get(i).is(keyword) && words.get(i - 1).type() != SqlWord.Type.DOT) {
                addAt(words, CreatedNames.skip(words, i + 1, "only"), relations);
                return;
            }
        }
    }

    private static void comment(List<SqlWord> words, List<QualifiedName> relations) {
        String kind = words.size() > 2 ? lower(words.get(2)) : "";
        switch (kind) {
            case "table" -> addAt(words, 3, relations);
            case "column" -> column(words, relations);
            case "constraint", "trigger", "policy", "rule" -> afterLast(words, relations);
            default -> {
                // nothing that traffic waits for
            }
        }
    }

    /** COMMENT ON CONSTRAINT one ON that: the word ON before the table is the second one. */
    private static void afterLast(List<SqlWord> words, List<QualifiedName> relations) {
        for (int i = 4; i + 1 < words.size(); i++) {
            if (words.get(i).is("on")) {
                addAt(words, i + 1, relations);
                return;
            }
        }
    }

    /** {@code table.column} or {@code schema.table.column}: the last part is the column's. */
    private static void column(List<SqlWord> words, List<QualifiedName> relations) {
        QualifiedName first = CreatedNames.nameAt(words, 3);
        if (first != null) {
            boolean qualified = words.size() > 6 && words.get(6).type() == SqlWord.Type.DOT;
            String schema = first.schema();
            relations.add(qualified || schema == null ? first : new QualifiedName(null, schema));
        }
    }

    private static void addAt(List<SqlWord> words, int at, List<QualifiedName> relations) {
        QualifiedName name = CreatedNames.nameAt(words, at);
        if (name != null) {
            relations.add(name);
        }
    }

    private static String lower(SqlWord word) {
        return word.text().toLowerCase(Locale.ROOT);
    }
}
