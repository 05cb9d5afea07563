package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that change after they were applied: each change is told, and nothing runs twice. */
@PostgresTest
class ChangedSetTest {

    private static final String TEXT = "CREATE TABLE first (id int);";

    private Trial trial;

    @BeforeEach
    void applyTwo(TestDatabase database, @TempDir Path path) {
        trial = new Trial(database, path)
                .write("001-first.sql", TEXT)
                .write("010-last.sql", "CREATE TABLE last (id int);");
        trial.applied();
    }

    private void strict(OnFinding checksum, OnFinding missing, OnFinding order) {
        trial.with(builder -> builder.planOptions(new PlanOptions(checksum, missing, order, Set.of(), null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"001-renamed.sql", "002-first.sql", "20250101-first.sql", "sub/003-first.sql"})
    void anAppliedFileUnderAnotherNameIsRecognisedAndNotRunAgain(String file, TestDatabase database) {
        trial.remove("001-first.sql").write(file, TEXT).write("011-next.sql", "CREATE TABLE next (id int);");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.RENAMED);
        assertThat(problem.description()).contains("001-first");
        assertThat(problem.action()).contains("accept ");
        assertThat(trial.history()).hasSize(2);
        assertThat(database.exists("next")).isFalse();
    }

    @Test
    void anAppliedFileInASubFolderIsTheSameMigration() {
        trial.remove("001-first.sql").write("old/001-first.sql", TEXT);

        assertThat(trial.migrate().results()).isEmpty();
        assertThat(trial.migrator().validate()).isEmpty();
    }

    @Test
    void aChangedFileIsToldAndNotRunAgain() {
        trial.write("001-first.sql", "CREATE TABLE first (id bigint);");

        RunReport report = trial.migrate().orThrow();

        assertThat(report.results()).isEmpty();
        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.CHECKSUM_MISMATCH);
            assertThat(problem.subject()).isEqualTo("001-first");
            assertThat(problem.description()).contains("sha256:");
        });
        strict(OnFinding.FAIL, OnFinding.WARN, OnFinding.WARN);
        assertThat(trial.refused().code()).isEqualTo(ProblemCode.CHECKSUM_MISMATCH);
    }

    @Test
    void anOlderOneAddedLaterRunsWithAWarning(TestDatabase database) {
        trial.write("005-late.sql", "CREATE TABLE late (id int);");
        strict(OnFinding.WARN, OnFinding.WARN, OnFinding.FAIL);

        assertThat(trial.refused().code()).isEqualTo(ProblemCode.OUT_OF_ORDER);
        assertThat(database.exists("late")).isFalse();

        strict(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN);
        RunReport report = trial.migrate().orThrow();
        assertThat(report.applied()).isEqualTo(1);
        assertThat(report.problems()).extracting(Problem::code).containsExactly(ProblemCode.OUT_OF_ORDER);
    }

    @Test
    void aMissingOlderFileIsTold() {
        trial.remove("001-first.sql");

        assertThat(trial.migrate().orThrow().problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_FILE);
            assertThat(problem.subject()).isEqualTo("001-first");
        });
        strict(OnFinding.WARN, OnFinding.FAIL, OnFinding.WARN);
        assertThat(trial.refused().code()).isEqualTo(ProblemCode.MISSING_FILE);
    }

    @Test
    void aMissingNewerFileIsOfANewerRelease() {
        trial.remove("010-last.sql");
        strict(OnFinding.FAIL, OnFinding.FAIL, OnFinding.FAIL);

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems())
                .extracting(Problem::text)
                .containsExactly(
                        "010-last: It is applied, but this release does not know it: a newer release has been here.");
    }

    @Test
    void allFilesGoneIsAProblem() {
        trial.remove("001-first.sql").remove("010-last.sql");

        assertThat(trial.refusal().problems()).extracting(Problem::code).contains(ProblemCode.NO_MIGRATIONS);
    }

    @Test
    void theFolderGoneIsAProblem() throws IOException {
        trial.remove("001-first.sql").remove("010-last.sql");
        Files.delete(trial.folder());

        assertThat(trial.refusal().problems())
                .extracting(Problem::code)
                .contains(ProblemCode.LOCATION_NOT_FOUND, ProblemCode.NO_MIGRATIONS);
        Files.createDirectory(trial.folder());
    }

    @Test
    void anUnknownTargetIsRefused(TestDatabase database) {
        trial.write("011-next.sql", "CREATE TABLE next (id int);");
        strict(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN);
        trial.with(builder -> builder.planOptions(PlanOptions.defaults()));

        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                dev.migrator.problem.MigratorException.class,
                                () -> trial.migrator().migrate(dev.migrator.MigrateOptions.upTo("012-nowhere")))
                        .first()
                        .code())
                .isEqualTo(ProblemCode.UNKNOWN_TARGET);
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                dev.migrator.problem.MigratorException.class,
                                () -> trial.migrator().migrate(dev.migrator.MigrateOptions.upTo("001-first")))
                        .first()
                        .code())
                .isEqualTo(ProblemCode.UNKNOWN_TARGET);
        assertThat(database.exists("next")).isFalse();
    }
}
