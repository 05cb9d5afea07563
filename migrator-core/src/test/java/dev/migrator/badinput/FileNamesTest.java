package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.UnknownFiles;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A name decides what a file is; what does not decide it is told, never passed over. */
@PostgresTest
@Timeout(60)
class FileNamesTest {

    @TempDir
    private Path path;

    private Trial trial(TestDatabase database) {
        return new Trial(database, path).write("001-good.sql", "CREATE TABLE good (id int);");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            add-users.sql            | begins neither with a date
            2-add-users.sql          | Probably meant: 002-add-users.sql
            v2__add_users.sql        | Probably meant: V2__add_users.sql
            V2_add_users.sql         | V2
            20250101_.sql            | .
            002.add.users.sql        | .
            002-add-users.sqll       | does not end in .sql
            002-add-users.txt        | does not end in .sql
            afterMigrate.sql         | Flyway callback
            B2__baseline.sql         | Flyway baseline
            """)
    void aFileThatFitsNoFormIsNamedInAWarning(String file, String says, TestDatabase database) {
        Trial trial = trial(database).write(file, "CREATE TABLE never (id int);");

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FILE);
            assertThat(problem.isError()).isFalse();
            assertThat(problem.subject()).isEqualTo(trial.shown(file));
            assertThat(problem.text()).contains("is not run").contains(says);
        });
        assertThat(trial.history()).containsExactly("001-good success");
        assertThat(database.exists("never")).isFalse();
    }

    @Test
    void aFileThatFitsNoFormStopsTheRunWhereThatIsWanted(TestDatabase database) {
        Trial trial = trial(database)
                .write("add-users.sql", "SELECT 1;")
                .with(builder -> builder.sourceOptions(new SourceOptions(UnknownFiles.FAIL, false, 1 << 20)));

        assertThat(trial.refused().code()).isEqualTo(ProblemCode.UNKNOWN_FILE);
        assertThat(database.exists("good")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"002-x.sql~", "002-x.sql.bak", ".002-x.sql.swp", "002-x.sql.orig", "README.md", ".DS_Store"})
    void whatEditorsLeaveBehindIsQuiet(String file, TestDatabase database) {
        RunReport report = trial(database)
                .write(file, "CREATE TABLE never (id int);")
                .migrate()
                .orThrow();

        assertThat(report.problems()).isEmpty();
        assertThat(report.applied()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "002-upper.SQL",
                "002-two words.sql",
                "002-it's \"quoted\".sql",
                "002-<b>&amp;.sql",
                "002-\u65e5\u672c-\ud83d\ude00.sql",
                "002-percent%41+plus.sql",
                "002-'); DROP TABLE good; --.sql",
            })
    void oddNamesRunAndAreKeptAsTheyAre(String file, TestDatabase database) {
        Trial trial = trial(database).write(file, "CREATE TABLE odd (id int);");

        assertThat(trial.applied()).hasSize(2);

        assertThat(database.exists("odd")).isTrue();
        assertThat(trial.history())
                .containsExactly("001-good success", file.substring(0, file.length() - 4) + " success");
        assertThat(trial.migrate().results()).isEmpty();
    }

    @Test
    void aNameOfTwoHundredCharactersIsKeptWhole(TestDatabase database) {
        String name = "002-" + "\u00e4".repeat(110);

        assertThat(trial(database).write(name + ".sql", "SELECT 1;").applied())
                .containsExactly("001-good APPLIED", name + " APPLIED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20250231-x.sql", "20251301000000-x.sql", "20250101250000-x.sql", "00000000-x.sql"})
    void aDayThatDoesNotExistIsAProblem(String file, TestDatabase database) {
        Trial trial = trial(database).write(file, "SELECT 1;");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_NAME);
        assertThat(problem.subject()).isEqualTo(trial.shown(file));
        assertThat(problem.description()).containsAnyOf("date", "day", "time");
        assertThat(database.exists("good")).isFalse();
    }

    @Test
    void twoFilesOfOneNameAreAProblemThatNamesBoth(TestDatabase database) {
        Trial trial = trial(database).write("a/002-x.sql", "SELECT 1;").write("b/002-x.sql", "SELECT 1;");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.DUPLICATE_NAME);
        assertThat(problem.text()).contains("a/002-x.sql").contains("b/002-x.sql");
        assertThat(database.exists("good")).isFalse();
    }

    @Test
    void twoFilesOfOneDateAreFine(TestDatabase database) {
        assertThat(new Trial(database, path)
                        .write("20250101-b.sql", "INSERT INTO t VALUES (1);")
                        .write("20250101-a.sql", "CREATE TABLE t (id int);")
                        .applied())
                .containsExactly("20250101-a APPLIED", "20250101-b APPLIED");
    }

    @Test
    void flywaysNamesRunInFlywaysOrder(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM t;")
                .write("V2_1__third.sql", "INSERT INTO t VALUES (3);")
                .write("V2__second.sql", "INSERT INTO t VALUES (2);")
                .write("V1.0__first.sql", "CREATE TABLE t (id int);")
                .write("U2_1__third.sql", "DELETE FROM t WHERE id = 3;")
                .write("V10__last.sql", "INSERT INTO t VALUES (10);");

        assertThat(trial.applied())
                .containsExactly(
                        "V1.0__first APPLIED",
                        "V2__second APPLIED",
                        "V2_1__third APPLIED",
                        "V10__last APPLIED",
                        "R__view APPLIED");
        assertThat(database.value("SELECT sum(id) FROM v", Integer.class)).isEqualTo(15);
    }

    @Test
    void aFolderCalledLikeAFileIsSearchedWithAWarning(TestDatabase database) {
        RunReport report = trial(database)
                .write("002-x.sql/003-inside.sql", "SELECT 1;")
                .migrate()
                .orThrow();

        assertThat(report.problems()).extracting(Problem::code).containsExactly(ProblemCode.UNKNOWN_FILE);
        assertThat(report.applied()).isEqualTo(2);
    }

    @Test
    void linksThatLeadNowhereOrInCirclesAreProblemsNotExceptions(TestDatabase database) throws IOException {
        Files.createSymbolicLink(path.resolve("002-dangling.sql"), path.resolve("gone"));
        Files.createSymbolicLink(path.resolve("003-self.sql"), path.resolve("003-self.sql"));
        Files.createSymbolicLink(path.resolve("loop"), path);
        Trial trial = trial(database);

        assertThat(trial.refusal().problems())
                .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNREADABLE_FILE));
        Files.delete(path.resolve("002-dangling.sql"));
        Files.delete(path.resolve("003-self.sql"));
        RunReport report = trial.migrate().orThrow();
        assertThat(report.problems()).extracting(Problem::code).containsExactly(ProblemCode.UNSAFE_LINK);
        assertThat(report.applied()).isEqualTo(1);
    }

    @Test
    void aLinkOutOfTheLocationIsRefusedUnlessAllowed(TestDatabase database, @TempDir Path elsewhere)
            throws IOException {
        Path outside = Files.writeString(elsewhere.resolve("secret.sql"), "CREATE TABLE outside (id int);");
        Files.createSymbolicLink(path.resolve("002-link.sql"), outside);
        Trial trial = trial(database);

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.UNSAFE_LINK);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-link.sql"));
        assertThat(database.exists("good")).isFalse();
        trial.with(builder -> builder.sourceOptions(new SourceOptions(UnknownFiles.WARN, true, 1 << 20)));
        assertThat(trial.applied()).hasSize(2);
    }

    @Test
    void aPipeIsAProblemAndNobodyWaitsForIt(TestDatabase database) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(
                                List.of("mkfifo", path.resolve("002-pipe.sql").toString()))
                        .start()
                        .waitFor())
                .isZero();

        assertThat(trial(database).refused().description()).contains("not a regular file");
        assertThat(database.exists("good")).isFalse();
    }

    @Test
    void aFileOverTheLimitIsRefused(TestDatabase database) {
        Trial trial = trial(database)
                .write("002-large.sql", "-- " + "x".repeat(2000))
                .with(builder -> builder.sourceOptions(new SourceOptions(UnknownFiles.WARN, false, 1000)));

        assertThat(trial.refused().code()).isEqualTo(ProblemCode.FILE_TOO_LARGE);
        assertThat(database.exists("good")).isFalse();
    }
}
