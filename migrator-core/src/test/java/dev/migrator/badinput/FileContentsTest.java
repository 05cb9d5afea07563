package dev.migrator.badinput;

import static dev.migrator.problem.ProblemCode.EMPTY_MIGRATION;
import static dev.migrator.problem.ProblemCode.PSQL_COMMAND_SKIPPED;
import static dev.migrator.problem.ProblemCode.TRANSACTION_LEFT_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is odd but right goes through untouched, and has its effect. */
@PostgresTest
class FileContentsTest {

    /** Sent piece by piece: a wrong cut can't be mended by what follows in the same message. */
    private static final String STEPWISE = "-- migrator: no-transaction";

    @TempDir
    private Path path;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \t\r\n\n",
                "-- nothing here\n/* nor /* here */ */",
                ";;\n ; ",
                "\uFEFF",
                "-- migrator: lock-timeout=2s\n"
            })
    void aFileWithoutStatementsIsAppliedWithAWarning(String text, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-empty.sql", text);

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(EMPTY_MIGRATION);
            assertThat(problem.isError()).isFalse();
            assertThat(problem.subject()).isEqualTo(trial.shown("001-empty.sql"));
            assertThat(problem.description()).contains("no statement", "without doing anything");
        });
        assertThat(trial.history()).containsExactly("001-empty success");
        assertThat(trial.migrate().results()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STEPWISE})
    void quotesOfEveryKindAreLeftAlone(String head, TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-quotes.sql",
                        head,
                        "CREATE TABLE \"a;b\"\"c\" (\"x;\" text);",
                        "/* outer ; /* inner ; ' */ \" */",
                        "INSERT INTO \"a;b\"\"c\" VALUES ('one;''two'), (E'\\'; three'), (U&'d\\0061t;a'), ($$ ; ' $$),",
                        "  ($a$ $$ ; $b$ $a$), ('a' -- ;'",
                        "  'b;'), (E'x\\'' /* ; */);",
                        "CREATE TABLE a$b$c (id int);",
                        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$",
                        "BEGIN EXECUTE $x$ SELECT ';' $x$; RETURN 'f;'; END $body$;",
                        "CREATE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT ''g;''; ';")
                .applied();

        assertThat(database.query("SELECT \"x;\" AS x FROM \"a;b\"\"c\""))
                .extracting(row -> row.get("x"))
                .containsExactly("one;'two", "'; three", "dat;a", " ; ' ", " $$ ; $b$ ", "ab;", "x'");
        assertThat(database.exists("a$b$c")).isTrue();
        assertThat(database.value("SELECT f() || g()", String.class)).isEqualTo("f;g;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STEPWISE})
    void bodiesAndRulesKeepTheirSemicolons(String head, TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-bodies.sql",
                        head,
                        "CREATE TABLE t (id int); CREATE TABLE log (id int);",
                        "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO log VALUES (new.id); INSERT INTO log VALUES (0));",
                        "CREATE PROCEDURE p(x int) LANGUAGE sql BEGIN ATOMIC",
                        "  INSERT INTO t SELECT CASE WHEN x > 0 THEN x ELSE 0 END;",
                        "  INSERT INTO t VALUES (2); END;",
                        "CALL p(1);")
                .applied();

        assertThat(database.query("SELECT id FROM log ORDER BY id").toString())
                .isEqualTo("[{id=0}, {id=0}, {id=1}, {id=2}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STEPWISE})
    void whatLooksLikeAPlaceholderIsNotOne(String head, TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-marks.sql",
                        head,
                        "CREATE TABLE t AS SELECT '{\"a\": 1}'::jsonb ? 'a' AS has, '{\"a\": 1}'::jsonb ?| array['b'] AS any,",
                        "  '{d ''2020-01-01''}' AS escape, '${x}' AS dollar, '#{x}' AS hash, ':name' AS colon, 1::int;",
                        "PREPARE q (int) AS SELECT $1 + 1;",
                        "EXECUTE q(1);",
                        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;")
                .applied();

        assertThat(database.query("SELECT * FROM t"))
                .singleElement()
                .hasToString(
                        "{has=true, any=false, escape={d '2020-01-01'}, dollar=${x}, hash=#{x}, colon=:name, int4=1}");
    }

    @Test
    void theOnesOfPgDumpAreSkippedWithANote(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-dump.sql", "\\restrict aBc", "CREATE TABLE t (id int);", "\\unrestrict aBc", "");

        assertThat(trial.migrate().orThrow().problems())
                .extracting(Problem::code)
                .containsExactly(PSQL_COMMAND_SKIPPED, PSQL_COMMAND_SKIPPED);
        assertThat(database.exists("t")).isTrue();
    }

    @Test
    void rowsOfCopyAreLoaded(TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-copy.sql",
                        "CREATE TABLE t (id int, text text);",
                        "COPY t (id, text) FROM STDIN;",
                        "1\tone;",
                        "2\t\\N",
                        "\\.",
                        "COPY t FROM STDIN WITH (FORMAT csv, HEADER);",
                        "id,text",
                        "3,\"th\"\"ree;",
                        "on two lines\"",
                        "\\.",
                        "INSERT INTO t VALUES (4, 'four');")
                .applied();

        assertThat(database.query("SELECT * FROM t ORDER BY id").toString())
                .isEqualTo("[{id=1, text=one;}, {id=2, text=null}, {id=3, text=th\"ree;\non two lines},"
                        + " {id=4, text=four}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN;\n%s\nCOMMIT;",
                "START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE;\n%s\nEND;",
                "-- head\nbegin isolation level serializable;\n%s\ncommit work;\n-- tail\n"
            })
    void aPairAroundTheFileIsLeftOut(String frame, TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-pair.sql",
                        String.format(
                                Locale.ROOT,
                                frame,
                                "CREATE TABLE t AS SELECT current_setting('transaction_isolation') AS level; SAVEPOINT s;"
                                        + " ROLLBACK TO s; RELEASE s;"));

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(TRANSACTION_LEFT_OUT);
            assertThat(problem.subject()).isEqualTo(trial.shown("001-pair.sql"));
        });
        boolean serializable = frame.toLowerCase(Locale.ROOT).contains("serializable");
        assertThat(database.value("SELECT level FROM t", String.class))
                .isEqualTo(serializable ? "serializable" : "read committed");
        assertThat(database.value(
                        "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM t UNION ALL"
                                + " SELECT xmin FROM schema_migrations) both_tables",
                        Integer.class))
                .as("transactions that wrote the effect and the record")
                .isEqualTo(1);
    }

    @Test
    void theIsolationLevelMayBeSetAsTheFirstStatementOfAnyFile(TestDatabase database) {
        Trial trial = new Trial(database, path);
        for (String name : List.of("001-a", "002-b", "003-c")) {
            trial.write(
                    name + ".sql",
                    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
                    "CREATE TABLE t" + name.charAt(4)
                            + " AS SELECT current_setting('transaction_isolation') AS level;");
        }

        assertThat(trial.applied()).hasSize(3);
        assertThat(database.query("TABLE ta UNION ALL TABLE tb UNION ALL TABLE tc"))
                .extracting(row -> row.get("level"))
                .containsOnly("serializable");
    }

    @Test
    void savepointsWork(TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-savepoint.sql",
                        "CREATE TABLE t (id int); SAVEPOINT s; INSERT INTO t VALUES (1); ROLLBACK TO SAVEPOINT s;",
                        "INSERT INTO t VALUES (2); RELEASE SAVEPOINT s;")
                .applied();

        assertThat(database.value("SELECT id FROM t", Integer.class)).isEqualTo(2);
    }

    @Test
    void markLineEndsAndEmojiMakeNoDifference(TestDatabase database) {
        String text = "CREATE TABLE \"😀\" (\"naïve\" text DEFAULT '日本');\nINSERT INTO \"😀\" DEFAULT VALUES;\n";
        Trial trial = new Trial(database, path)
                .write("001-text.sql", ("\uFEFF" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8));
        trial.applied();
        assertThat(database.query("SELECT * FROM \"😀\"").toString()).isEqualTo("[{naïve=日本}]");

        trial.write("001-text.sql", text);

        assertThat(trial.migrate().problems()).isEmpty();
        assertThat(trial.migrator().validate()).isEmpty();
    }
}
