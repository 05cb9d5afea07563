package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can't be run as it stands is refused with its place, before the first statement of the first file. */
@PostgresTest
class RefusedContentsTest {

    @TempDir
    private Path path;

    /** The first file is good, and must not have run: nothing does when a later one can't. */
    private Trial trial(TestDatabase database, String bad) {
        return new Trial(database, path)
                .write("001-good.sql", "CREATE TABLE good (id int);")
                .write("002-bad.sql", bad);
    }

    private static void assertNothingRan(TestDatabase database) {
        assertThat(database.exists("good")).isFalse();
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            SELECT 1;~  SELECT 'open;~SELECT 2;           | 2:10 | UNCLOSED_TOKEN | A string begins here and never ends: 'open;
            SELECT E'it\\'s;                              | 1:8  | UNCLOSED_TOKEN | A string begins here
            SELECT 1 AS "x;~SELECT 2;                     | 1:13 | UNCLOSED_TOKEN | A quoted name begins here and never ends: "x;
            CREATE TABLE t (id int);~DO $x$ BEGIN; $y$;   | 2:4  | UNCLOSED_TOKEN | A dollar-quoted text begins here
            SELECT 1; /* /* */                            | 1:11 | UNCLOSED_TOKEN | A comment begins here
            /* only                                       | 1:1  | UNCLOSED_TOKEN | A comment begins here
            CREATE TABLE t (id int;                       | 1:16 | UNCLOSED_TOKEN | A parenthesis begins here
            CREATE FUNCTION f() RETURNS int~BEGIN ATOMIC SELECT 1; | 2:1 | UNCLOSED_TOKEN | A BEGIN ATOMIC body begins here
            SELECT 1;~\\i other.sql                       | 2:1  | PSQL_COMMAND   | \\i is a command of psql
            \\connect other                               | 1:1  | PSQL_COMMAND   | \\connect is a command of psql
            \\set x 1                                     | 1:1  | PSQL_COMMAND   | \\set is a command of psql
            SELECT 1 \\gset                               | 1:10 | PSQL_COMMAND   | \\gset is a command of psql
            INSERT INTO t VALUES (:'name');               | 1:23 | PSQL_COMMAND   | is a variable of psql
            SELECT :var;                                  | 1:8  | PSQL_COMMAND   | :var; is a variable of psql
            COPY t FROM STDIN; 1                          | 1:20 | PSQL_COMMAND   | Text follows COPY
            SELECT 1;~<<<<<<< HEAD~SELECT 2;~=======      | 2:1  | CONFLICT_MARKER | A marker of an unresolved merge: <<<<<<< HEAD
            CREATE TABLE t (id int);~COMMIT;~SELECT 1/0;  | 2:1  | TRANSACTION_CONTROL | COMMIT would end the transaction
            BEGIN;~CREATE TABLE t (id int);~ROLLBACK;     | 1:1  | TRANSACTION_CONTROL | BEGIN would end
            SELECT 1;~  ROLLBACK;                         | 2:3  | TRANSACTION_CONTROL | ROLLBACK would end
            BEGIN;~SELECT 1;~COMMIT;~BEGIN;~SELECT 2;~COMMIT; | 1:1 | TRANSACTION_CONTROL | BEGIN would end
            BEGIN;~SELECT 1;~COMMIT;~SELECT 2;            | 1:1  | TRANSACTION_CONTROL | BEGIN would end
            SELECT 1;~PREPARE TRANSACTION 'x';            | 2:1  | TRANSACTION_CONTROL | PREPARE TRANSACTION 'x' would end
            BEGIN;~SELECT 1;~COMMIT AND CHAIN;            | 1:1  | TRANSACTION_CONTROL | BEGIN would end
            SELECT 1;~DISCARD ALL;                        | 2:1  | UNSAFE_STATEMENT | DISCARD ALL gives away the lock
            VACUUM;~BEGIN;~SELECT 1;~COMMIT;              | 2:1  | TRANSACTION_CONTROL | BEGIN stands in a file
            """)
    void isRefusedWithItsPlace(String text, String place, ProblemCode code, String says, TestDatabase database) {
        Trial trial = trial(database, text.replace('~', '\n'));

        Problem problem = trial.refusal().first();

        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-bad.sql:" + place));
        assertThat(problem.description()).contains(says);
        assertThat(problem.action()).isNotBlank();
        assertNothingRan(database);
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16, 'UTF-16, big-endian: it begins with the byte order mark FE FF'",
        "UTF-16LE, probably UTF-16",
        "ISO-8859-1, the byte 0xE9 at offset 11 begins no valid character",
    })
    void otherEncodingsAreRefusedWithTheOffset(String encoding, String says, TestDatabase database) {
        Trial trial = trial(database, "")
                .write("002-bad.sql", "SELECT 'caf\u00e9';".getBytes(java.nio.charset.Charset.forName(encoding)));

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NOT_UTF8);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-bad.sql"));
        assertThat(problem.description()).contains(says);
        assertThat(problem.action()).isEqualTo("Save the file as UTF-8.");
        assertNothingRan(database);
    }

    @Test
    void aBadByteFarIntoALargeFileIsRefusedWithItsOffset(TestDatabase database) {
        byte[] text = "SELECT 1;\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        text[150_005] = (byte) 0xFF;

        Problem problem = trial(database, "").write("002-bad.sql", text).refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NOT_UTF8);
        assertThat(problem.description()).contains("the byte 0xFF at offset 150005");
        assertNothingRan(database);
    }

    @Test
    void aNulIsRefusedWithItsPlace(TestDatabase database) {
        Trial trial = trial(database, "SELECT 1;\nSELECT 'a\0b';");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NUL_CHARACTER);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-bad.sql:2:10"));
        assertNothingRan(database);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce(TestDatabase database) {
        Trial trial = trial(database, "\\i x\nCOMMIT;\nSELECT 'open").write("003-worse.sql", "-- migrator: manaul\n");

        assertThat(trial.refusal().problems())
                .extracting(Problem::code)
                .containsExactlyInAnyOrder(
                        ProblemCode.PSQL_COMMAND,
                        ProblemCode.UNCLOSED_TOKEN,
                        ProblemCode.TRANSACTION_CONTROL,
                        ProblemCode.UNKNOWN_DIRECTIVE);
        assertNothingRan(database);
    }

    @ParameterizedTest
    @CsvSource({
        "SET client_encoding TO latin1, client_encoding",
        "SET CLIENT_ENCODING = 'SQL_ASCII', client_encoding",
        "SET NAMES 'latin1', client_encoding",
        "SET LOCAL client_encoding = 'WIN1252', client_encoding",
        "'SET datestyle = ''German, DMY''', datestyle",
        "SET SESSION DateStyle TO SQL, datestyle",
    })
    void settingsThatTheDriverCannotLiveWithAreRefused(String statement, String setting, TestDatabase database) {
        Trial trial = trial(database, "SELECT 1;\n" + statement + ";");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.UNSAFE_STATEMENT);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-bad.sql:2:1"));
        assertThat(problem.description()).contains(setting).contains("driver");
        assertNothingRan(database);
    }

    @ParameterizedTest
    @CsvSource({
        "SET client_encoding TO 'UTF8'",
        "SET client_encoding = utf8",
        "SET NAMES 'UTF-8'",
        "'SET datestyle = ''ISO, DMY'''",
        "'SET datestyle TO ISO, MDY'",
        "SET datestyle TO DEFAULT",
        "RESET client_encoding",
        "SET client_min_messages = warning",
    })
    void theSameSettingsAreFineWhereTheyChangeNothingForTheDriver(String statement, TestDatabase database) {
        assertThat(trial(database, statement + ";").applied()).hasSize(2);
    }
}
