package dev.migrator.badinput;

import static dev.migrator.problem.ProblemCode.MIGRATION_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A statement that fails is told with its place, rolled back with its file, and tried again when it was mended. */
@PostgresTest
class FailurePlaceTest {

    @TempDir
    private Path path;

    private Problem failed(TestDatabase database, String... lines) {
        Problem problem = new Trial(database, path).write("001-bad.sql", lines).failed();
        assertThat(problem.code()).isEqualTo(MIGRATION_FAILED);
        assertThat(problem.description()).contains("Everything that 001-bad did was rolled back.");
        assertThat(database.exists("t"))
                .as("what the file did before it failed")
                .isFalse();
        assertThat(new Trial(database, path).history()).containsExactly("001-bad failed");
        return problem;
    }

    private String place(int line, int column) {
        return path + "/001-bad.sql:" + line + ":" + column;
    }

    @Test
    void anErrorOnLineSevenIsToldThere(TestDatabase database) {
        Problem problem = failed(
                database,
                "-- one",
                "CREATE TABLE t (id int);",
                "/* three",
                "four */",
                "INSERT INTO t",
                "VALUES (5); -- six",
                "SELCT 7;");

        assertThat(problem.subject()).isEqualTo(place(7, 1));
        assertThat(problem.description())
                .startsWith("ERROR: syntax error at or near \"SELCT\" (SQLSTATE 42601)\n    SELCT 7\n    ^");
    }

    @Test
    void theColumnCountsCharactersBeyondTheBasicPlaneToo(TestDatabase database) {
        Problem problem = failed(database, "CREATE TABLE t (id int);", "SELECT '😀😀', nothing FROM t;");

        assertThat(problem.subject()).isEqualTo(place(2, 16));
    }

    @Test
    void anErrorWithoutAPositionIsToldAtItsStatement(TestDatabase database) {
        Problem problem = failed(database, "CREATE TABLE t (id int);", "SELECT 1; SELECT 2;", "  SELECT 1/0;");

        assertThat(problem.subject()).isEqualTo(place(3, 3));
        assertThat(problem.description()).contains("division by zero (SQLSTATE 22012)");
    }

    @Test
    void anErrorInADoBodyIsToldAtItsLineOfTheFile(TestDatabase database) {
        Problem problem = failed(
                database,
                "CREATE TABLE t (id int);",
                "",
                "DO $body$",
                "DECLARE",
                "  x int := 0;",
                "BEGIN",
                "  PERFORM 1;",
                "  x := 1 / x;",
                "END",
                "$body$;");

        assertThat(problem.subject()).isEqualTo(place(8, 1));
        assertThat(problem.description())
                .startsWith("ERROR: division by zero (SQLSTATE 22012)\n      x := 1 / x;\nWhere: ")
                .contains("inline_code_block line 6");
    }

    @Test
    void aSyntaxErrorInADoBodyIsToldAtItsLineOfTheFile(TestDatabase database) {
        Problem problem = failed(database, "CREATE TABLE t (id int);", "DO $$", "BEGIN", "  SELCT 1;", "END $$;");

        assertThat(problem.subject()).startsWith(path + "/001-bad.sql:4:");
    }

    @Test
    void anErrorInCopiedRowsIsToldAtTheRow(TestDatabase database) {
        Problem problem = failed(
                database, "CREATE TABLE t (id int);", "COPY t FROM STDIN;", "1", "2", "three", "4", "\\.", "SELECT 1;");

        assertThat(problem.subject()).isEqualTo(place(5, 1));
        assertThat(problem.description()).contains("invalid input syntax for type integer: \"three\"");
    }

    @Test
    void anErrorInCopiedCsvIsToldAtTheRow(TestDatabase database) {
        Problem problem = failed(
                database,
                "CREATE TABLE t (id int);",
                "COPY t FROM STDIN (FORMAT csv, HEADER);",
                "id",
                "1",
                "2,3",
                "\\.");

        assertThat(problem.subject()).isEqualTo(place(5, 1));
        assertThat(problem.description()).contains("extra data after last expected column");
    }

    @Test
    void aFailureAfterCopiedRowsIsToldAtItsStatement(TestDatabase database) {
        Problem problem = failed(
                database, "CREATE TABLE t (id int);", "COPY t FROM STDIN;", "1", "\\.", "SELECT nothing FROM t;");

        assertThat(problem.subject()).isEqualTo(place(5, 8));
    }

    @Test
    void aDeferredConstraintIsNamed(TestDatabase database) {
        Problem problem = failed(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, parent int CONSTRAINT has_parent REFERENCES t DEFERRABLE INITIALLY"
                        + " DEFERRED);",
                "INSERT INTO t VALUES (1, 2);");

        assertThat(problem.subject()).isEqualTo(path + "/001-bad.sql");
        assertThat(problem.description())
                .contains("has_parent")
                .contains("(SQLSTATE 23503)")
                .contains("COMMIT");
        assertThat(database.value("SELECT error_message FROM schema_migrations", String.class))
                .contains("(constraint has_parent)")
                .doesNotContain("(2)");
    }

    /** The fence is a unique name too: this must not be taken for another node's success. */
    @Test
    void aDeferredUniqueConstraintIsNamed(TestDatabase database) {
        Problem problem = failed(
                database,
                "CREATE TABLE t (id int CONSTRAINT only_one UNIQUE DEFERRABLE INITIALLY DEFERRED);",
                "INSERT INTO t VALUES (1), (1);");

        assertThat(problem.description()).contains("only_one").contains("(SQLSTATE 23505)");
    }

    @Test
    void aFileThatMayNotWriteIsToldThatItsRecordWasRefused(TestDatabase database) {
        Problem problem = failed(database, "SET TRANSACTION READ ONLY;", "SELECT 1;");

        assertThat(problem.subject()).isEqualTo(path + "/001-bad.sql");
        assertThat(problem.description()).startsWith("Its record could not be written. ERROR: cannot execute");
    }

    @Test
    void aPlaceholderThatNobodyReplacesGetsAHint(TestDatabase database) {
        Problem problem = failed(database, "CREATE TABLE t (id int);", "CREATE TABLE ${schema}.u (id int);");

        assertThat(problem.subject()).isEqualTo(place(2, 14));
        assertThat(problem.action()).contains("${schema}").contains("placeholder");
    }

    @Test
    void aStatementThatNeverEndsIsStoppedByItsDirective(TestDatabase database) {
        Problem problem = failed(
                database, "-- migrator: statement-timeout=200ms", "CREATE TABLE t (id int);", "SELECT pg_sleep(600);");

        assertThat(problem.subject()).isEqualTo(place(3, 1));
        assertThat(problem.description()).contains("canceling statement due to statement timeout (SQLSTATE 57014)");
        assertThat(problem.action()).contains("statement-timeout");
    }

    @Test
    void aMendedFileIsTriedAgainByItself(TestDatabase database) {
        failed(database, "SELECT 1/0;");

        assertThat(new Trial(database, path).write("001-bad.sql", "SELECT 1;").applied())
                .containsExactly("001-bad APPLIED");
    }
}
