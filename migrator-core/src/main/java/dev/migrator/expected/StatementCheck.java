package dev.migrator.expected;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.SqlWord;
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

    static final Set<String> CREATED = Set.of(
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

    /**
     * What a snapshot shows the comment of; which table one of the others is of, is looked at by itself. That of an extension
     * is passed over as the extension is: what is dumped has both.
     */
    private static final Set<String> COMMENTED = Set.of(
            "table",
            "column",
            "constraint",
            "trigger",
            "policy",
            "rule",
            "index",
            "sequence",
            "view",
            "materialized",
            "schema",
            "type",
            "domain",
            "function",
            "procedure",
            "aggregate",
            "routine",
            "extension");
    /** Of these no lock would tell that a real one was meant. */
    private static final Set<String> UNLOCKED =
            Set.of("type", "domain", "function", "procedure", "aggregate", "routine");

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
        QualifiedName altered = words.get(0).is("comment") ? commented(words) : alteredWithSchema(words);
        if (altered != null && !created.has(altered)) {
            refuse(
                    where,
                    head(statement) + " changes " + shown(altered) + ", which no expected file creates.",
                    "Create it in an expected file, or change it in a migration.");
            return;
        }
        for (int at : LockedRelations.of(words)) {
            QualifiedName relation = LockedRelations.nameAt(words, at);
            if (relation != null && !created.hasRelation(relation)) {
                refuse(
                        where,
                        head(statement) + " needs the table " + shown(relation)
                                + ", which no expected file creates; the real one would be locked while this is read.",
                        "Add a CREATE TABLE with the columns that matter: an expected table may have fewer than the real"
                                + " one.");
            }
        }
    }

    /** Of a type, domain, sequence or view; one without a schema is looked for in the scratch schema alone. */
    private static @Nullable QualifiedName alteredWithSchema(List<SqlWord> words) {
        if (!words.get(0).is("alter") || words.get(1).is("table")) {
            return null;
        }
        QualifiedName name = CreatedNames.nameAt(words, CreatedNames.skip(words, 2, "if", "exists"));
        return name == null || name.schema() == null ? null : name;
    }

    /** A type, a routine or a schema, which the name must be created of. */
    private @Nullable QualifiedName commented(List<SqlWord> words) {
        QualifiedName name = CreatedNames.nameAt(words, 3);
        boolean schema =
                words.get(2).is("schema") && name != null && !created.schemas().contains(name.name());
        return schema || UNLOCKED.contains(lower(words.get(2))) ? name : null;
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
            return words.size() > 2 && COMMENTED.contains(lower(words.get(2)))
                    ? null
                    : "is a comment on what an expected schema can't hold.";
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
            if (word.equals("schema") && holdsMoreThanAName(words, i + 1)) {
                return "is more than the name of a schema: create what is in it by statements of their own.";
            }
            if (CREATED.contains(word)) {
                return word.equals("table") && copiesRows(words)
                        ? "would copy rows at each start: write its columns."
                        : keepsASetting(words)
                                ? "takes over a setting of the moment in which it is read: write the setting out."
                                : null;
            }
            if (!Set.of("or", "replace", "unlogged", "unique", "materialized", "recursive", "constraint")
                    .contains(word)) {
                break;
            }
        }
        return "creates what an expected schema can't hold.";
    }

    /** CREATE FUNCTION … SET search_path FROM CURRENT: that is the scratch schema's. */
    private static boolean keepsASetting(List<SqlWord> words) {
        for (int i = 3; i < words.size(); i++) {
            if (words.get(i).is("current")
                    && words.get(i - 1).is("from")
                    && words.get(i - 3).is("set")) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsMoreThanAName(List<SqlWord> words, int behind) {
        int name = CreatedNames.skip(words, behind, "if", "not", "exists");
        return name >= words.size()
                || words.get(name).is("authorization")
                || words.stream().skip(name + 1L).anyMatch(word -> word.is("create") || word.is("grant"));
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

    private static String lower(SqlWord word) {
        return word.text().toLowerCase(Locale.ROOT);
    }
}
