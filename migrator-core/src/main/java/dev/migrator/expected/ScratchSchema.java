package dev.migrator.expected;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.CatalogReader;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.schema.SnapshotScope;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.SqlWord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Lets the server read expected files: in schemas that exist only within one transaction, which is rolled back. It needs
 * the right to create a schema and nothing else, and locks no table of anybody.
 */
public final class ScratchSchema {

    /** Something that is not there yet: a table, a column, a type, a function. Another file may create it. */
    private static final Set<String> NOT_THERE = Set.of("42P01", "42703", "42704", "42883");

    private static final String LOCKED = """
            SELECT l.relation::pg_catalog.regclass::pg_catalog.text
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_class c ON c.oid = l.relation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
               AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
               AND c.oid >= 16384 AND n.nspname NOT LIKE ? AND n.nspname <> 'pg_toast'""";

    private final Session session;
    private final SnapshotScope scope;
    private final String defaultSchema;
    private final String searchPath;
    private final Problems problems = new Problems();

    /** @param searchPath where the files' names are looked for when no file creates them */
    public ScratchSchema(Session session, SnapshotScope scope, String defaultSchema, String searchPath) {
        this.session = session;
        this.scope = scope;
        this.defaultSchema = defaultSchema;
        this.searchPath = searchPath;
    }

    /** A statement with its words. */
    record Reading(SqlStatement statement, List<SqlWord> words) {}

    /**
     * The session must not be in a transaction, and is in none afterwards.
     *
     * @throws MigratorException when the files can't be read: all that is wrong with them at once, as far as that is known
     */
    public ExpectedSchema read(List<ExpectedFile> files) throws SQLException {
        CreatedNames created = new CreatedNames(defaultSchema);
        List<List<Reading>> readings = new ArrayList<>();
        for (ExpectedFile file : files) {
            List<Reading> ofFile = file.statements().stream()
                    .map(statement -> new Reading(statement, SqlWord.of(statement.text())))
                    .toList();
            ofFile.forEach(reading -> created.add(reading.words()));
            readings.add(ofFile);
        }
        List<String> extensions = session.query("SELECT extname FROM pg_catalog.pg_extension", row -> row.getString(1));
        StatementCheck check = new StatementCheck(created, problems);
        for (int i = 0; i < files.size(); i++) {
            for (Reading reading : readings.get(i)) {
                check.check(files.get(i), reading.statement(), reading.words());
                checkExtension(files.get(i), reading, extensions);
            }
        }
        problems.throwIfErrors();
        String prefix = "migrator_scratch_" + UUID.randomUUID().toString().substring(0, 8) + "_";
        return build(files, readings, new SchemaMapping(created, prefix), prefix);
    }

    private void checkExtension(ExpectedFile file, Reading reading, List<String> installed) {
        List<SqlWord> words = reading.words();
        if (!isCreate(words, "extension")) {
            return;
        }
        int at = CreatedNames.skip(words, 2, "if", "not", "exists");
        String name = at < words.size() ? words.get(at).name() : "";
        if (!installed.contains(name)) {
            problems.add(Problem.error(
                    ProblemCode.SCHEMA_INCOMPLETE,
                    file.location() + ":" + reading.statement().position().line(),
                    "The extension " + SafeText.line(name)
                            + " is not installed, and installing one is not done by itself.",
                    "Write a migration: CREATE EXTENSION " + Sql.identifier(name) + ";"));
        }
    }

    static boolean isCreate(List<SqlWord> words, String kind) {
        return words.size() > 2 && words.get(0).is("create") && words.get(1).is(kind);
    }

    /**
     * A file whose names are not there yet goes behind the others. When each of those that are left has failed at the same
     * place, behind the same files, no order is left to try, and the first of them is told: the others may only need it.
     */
    private ExpectedSchema build(
            List<ExpectedFile> files, List<List<Reading>> readings, SchemaMapping mapping, String prefix)
            throws SQLException {
        List<Integer> order = new ArrayList<>(FileOrder.of(readings, defaultSchema));
        for (int place = -1, tried = 0; ; ) {
            ScratchScript script = new ScratchScript(mapping, searchPath());
            for (int i = 0; i < order.size(); i++) {
                script.add(i, files.get(order.get(i)), readings.get(order.get(i)), prefix);
            }
            try {
                Answer answer = session.send(script.finish());
                if (answer.isComplete()) {
                    return read(files, order, mapping, prefix);
                }
                SQLException error = answer.error();
                if (error != null && answer.lostConnection()) {
                    throw error;
                }
                int failed = script.placeOf(answer.completed());
                tried = failed > place ? 1 : tried + 1;
                place = failed;
                boolean later = failed >= 0 && NOT_THERE.contains(String.valueOf(answer.sqlState()));
                if (!later || failed == order.size() - 1 || tried > order.size() - failed) {
                    throw script.problem(answer);
                }
                order.add(order.remove(failed));
            } finally {
                if (!session.isLost() && session.inTransaction()) {
                    session.execute("ROLLBACK");
                }
            }
        }
    }

    private String searchPath() {
        return Sql.identifier(defaultSchema) + (searchPath.isBlank() ? "" : ", " + searchPath);
    }

    private ExpectedSchema read(List<ExpectedFile> files, List<Integer> order, SchemaMapping mapping, String prefix)
            throws SQLException {
        List<String> locked = session.query(LOCKED, row -> row.getString(1), prefix.replace("_", "\\_") + "%");
        if (!locked.isEmpty()) {
            throw new MigratorException(Problem.error(
                    ProblemCode.EXPECTED_SCHEMA,
                    "expected schema",
                    "Reading the files has locked " + String.join(", ", locked) + ", which no file creates.",
                    "Name only tables that the files create."));
        }
        SchemaSnapshot scratch = CatalogReader.readWithin(session, scope.of(mapping.scratchSchemas()));
        List<Long> ends = session.query(
                "SELECT oid FROM pg_catalog.pg_namespace WHERE nspname LIKE ? ORDER BY oid",
                row -> row.getLong(1),
                prefix.replace("_", "\\_") + "end%");
        List<ExpectedFile> ordered = order.stream().map(files::get).toList();
        return new ExpectedSchema(mapping.toReal(scratch), mapping.schemas(), ordered, ends);
    }
}
