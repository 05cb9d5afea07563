package dev.migrator.expected;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.CatalogReader;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.SqlWord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one message that makes the scratch schemas, and where each of its statements comes from. */
final class ScratchScript {

    private record Origin(int place, ExpectedFile file, SqlStatement statement) {}

    private static final String OUT_OF_MEMORY = "53200";

    private final SchemaMapping mapping;
    private final Message message = new Message();
    private final List<@Nullable Origin> origins = new ArrayList<>();

    /** @param searchPath where names are looked for that no file creates */
    ScratchScript(SchemaMapping mapping, String searchPath) {
        this.mapping = mapping;
        add("BEGIN", null);
        add("SET LOCAL lock_timeout = '2s'", null);
        add("SET LOCAL check_function_bodies = off", null);
        mapping.scratchSchemas().forEach(schema -> add("CREATE SCHEMA " + schema, null));
        add("SET LOCAL search_path = " + mapping.scratchSchemas().get(0) + ", " + searchPath, null);
    }

    private void add(String statement, @Nullable Origin origin) {
        message.add(statement);
        origins.add(origin);
    }

    void add(int place, ExpectedFile file, List<ScratchSchema.Reading> readings, String prefix) {
        for (ScratchSchema.Reading reading : readings) {
            List<SqlWord> words = reading.words();
            if (!isPassedOver(words)) {
                String text = mapping.toScratch(reading.statement().text(), words);
                boolean materialized = ScratchSchema.isCreate(words, "materialized");
                add(materialized ? withoutRows(text) : text, new Origin(place, file, reading.statement()));
            }
        }
        // its oid says which objects were created before it
        add("CREATE SCHEMA " + prefix + "end" + place, null);
    }

    /** A schema has its scratch schema already. An extension is the database's, and its comment would lock the real one. */
    private static boolean isPassedOver(List<SqlWord> words) {
        boolean commentsExtension = words.size() > 2
                && words.get(0).is("comment")
                && words.get(1).is("on")
                && words.get(2).is("extension");
        return commentsExtension
                || ScratchSchema.isCreate(words, "schema")
                || ScratchSchema.isCreate(words, "extension");
    }

    /** Nobody needs the rows, and the query may be a long one. */
    private static String withoutRows(String text) {
        List<SqlWord> words = SqlWord.of(text);
        int last = words.size() - 1;
        boolean with = words.get(last).is("data") && words.get(last - 1).is("with");
        boolean without = words.get(last).is("data") && words.get(last - 1).is("no");
        return without ? text : (with ? text.substring(0, words.get(last - 1).start()) : text) + "\nWITH NO DATA";
    }

    /** With what makes the server's words comparable. */
    Message finish() {
        CatalogReader.addSettings(message);
        return message;
    }

    /** The place of the file that a statement comes from, or -1 if it is ours. */
    int placeOf(int statement) {
        Origin origin = originOf(statement);
        return origin == null ? -1 : origin.place();
    }

    private @Nullable Origin originOf(int statement) {
        return statement < origins.size() ? origins.get(statement) : null;
    }

    MigratorException problem(Answer answer) {
        Origin origin = originOf(answer.completed());
        SQLException error = answer.error();
        String said = SafeText.of(error == null ? "" : String.valueOf(error.getMessage()));
        return new MigratorException(origin == null ? ours(said) : of(origin, said, answer.sqlState()), error);
    }

    private static Problem ours(String said) {
        return Problem.error(
                ProblemCode.EXPECTED_SCHEMA,
                "expected schema",
                "No scratch schema can be made to read the files in: " + said,
                "GRANT CREATE ON DATABASE … TO the migrating role, or switch the expected schema off.");
    }

    private static String action(String sqlState) {
        return switch (sqlState) {
            case SqlState.LOCK_NOT_AVAILABLE ->
                "Another session holds a lock on what it names. Start again when that one is done.";
            case OUT_OF_MEMORY ->
                "Each table that is read takes locks until the files are read: raise max_locks_per_transaction, or set"
                        + " migrator.expected-schema.mode=off and look with migrator reconcile --dry-run in the pipeline.";
            default -> "Correct the file. What no expected file creates must be in the database already.";
        };
    }

    private static Problem of(Origin origin, String said, @Nullable String sqlState) {
        return Problem.error(
                ProblemCode.EXPECTED_SCHEMA,
                origin.file().location() + ":" + origin.statement().position().line() + ":"
                        + origin.statement().position().column(),
                said + " (SQLSTATE " + sqlState + ")",
                action(String.valueOf(sqlState)));
    }
}
