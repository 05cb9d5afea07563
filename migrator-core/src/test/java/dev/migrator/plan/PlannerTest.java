package dev.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.SqlMigration;
import dev.migrator.migration.SqlText;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.plan.PlanStep.Reason;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {

    private final List<Migration> files = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private PlanOptions options = PlanOptions.defaults();

    private Migration file(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        SqlText.Reading reading =
                SqlText.read(name + ".sql", () -> new java.io.ByteArrayInputStream(bytes), Long.MAX_VALUE);
        Migration migration = new SqlMigration(MigrationName.of(name), reading.text(), null, reading.directives());
        files.add(migration);
        return migration;
    }

    private void row(String name, MigrationState state, String checksum) {
        history.add(new HistoryEntry(
                history.size() + 1, name, state, checksum, null, 5L, null, null, 2, 1, null, null, null, "sql"));
    }

    private void applied(Migration migration) {
        row(
                migration.name().value(),
                MigrationState.COMPLETED,
                migration.checksum().toString());
    }

    private Plan plan() {
        return Planner.by(options).plan(files, history);
    }

    private static List<String> codes(Plan plan) {
        return plan.problems().stream()
                .map(problem -> problem.severity() + " " + problem.code().id() + " " + problem.subject())
                .toList();
    }

    private static List<String> reasons(Plan plan) {
        return plan.runs().stream()
                .map(run ->
                        run.migration().name() + " " + run.reason() + " " + run.attempt() + " " + run.statementsDone())
                .toList();
    }

    @Test
    void whatIsAppliedAsItStandsIsNotInThePlan() {
        applied(file("001-a", "SELECT 1"));

        assertThat(plan().steps()).isEmpty();
        assertThat(plan().isNothingToDo()).isTrue();
        assertThat(plan().problems()).isEmpty();
    }

    @Test
    void pendingFailedAndInterruptedOnesRunInOrder() {
        applied(file("001-a", "SELECT 1"));
        row("002-b", MigrationState.FAILED, null);
        row("003-c", MigrationState.RUNNING, null);
        file("002-b", "SELECT 2");
        file("003-c", "SELECT 3");
        file("004-d", "SELECT 4");

        assertThat(reasons(plan()))
                .containsExactly("002-b FAILED_BEFORE 3 1", "003-c INTERRUPTED 3 1", "004-d PENDING 1 0");
        assertThat(plan().problems()).isEmpty();
    }

    @Test
    void aRowThatWasRolledBackIsPendingAgain() {
        row("001-a", MigrationState.PENDING, null);
        file("001-a", "SELECT 1");

        assertThat(plan().runs())
                .singleElement()
                .extracting(PlanStep.Run::reason)
                .isEqualTo(Reason.PENDING);
    }

    @Test
    void aSkippedOneIsDone() {
        row("001-a", MigrationState.SKIPPED, null);
        file("001-a", "SELECT 1");

        assertThat(plan().isNothingToDo()).isTrue();
    }

    @Test
    void aChangedFileIsAWarningAndFailsWhenAsked() {
        row("001-a", MigrationState.COMPLETED, "sha256:" + "0".repeat(64));
        file("001-a", "SELECT 1");

        assertThat(codes(plan())).containsExactly("WARNING checksum-mismatch 001-a");
        assertThat(plan().isNothingToDo()).isTrue();

        options = new PlanOptions(OnFinding.FAIL, OnFinding.WARN, OnFinding.WARN, Set.of(), null);
        assertThat(codes(plan())).containsExactly("ERROR checksum-mismatch 001-a");
        assertThat(plan().hasErrors()).isTrue();
        assertThat(plan().problems().get(0).text())
                .contains("the history has sha256:000")
                .contains("accept 001-a");
    }

    @Test
    void anAdoptedChecksumThatIsTrueIsStoredInOurForm() {
        row("001-a", MigrationState.COMPLETED, "c4ca4238a0b923820dcc509a6f75849b"); // md5 of "1"
        Migration migration = file("001-a", "1");

        Plan plan = plan();

        assertThat(plan.problems()).isEmpty();
        assertThat(plan.rehash())
                .singleElement()
                .extracting(Plan.Rehash::checksum)
                .isEqualTo(migration.checksum().toString());
        assertThat(plan.isNothingToDo()).isFalse();
    }

    @Test
    void aRowWithoutAUsableChecksumIsNotCompared() {
        row("001-a", MigrationState.COMPLETED, null);
        row("002-b", MigrationState.COMPLETED, "whatever");
        file("001-a", "SELECT 1");
        file("002-b", "SELECT 2");

        assertThat(plan().problems()).isEmpty();
    }

    @Test
    void aMissingFileIsToldByItsAge() {
        row("001-old", MigrationState.COMPLETED, null);
        applied(file("002-b", "SELECT 2"));
        row("003-new", MigrationState.COMPLETED, null);

        assertThat(codes(plan())).containsExactly("WARNING missing-file 001-old", "INFO missing-file 003-new");

        options = new PlanOptions(OnFinding.WARN, OnFinding.FAIL, OnFinding.WARN, Set.of(), null);
        assertThat(codes(plan())).containsExactly("ERROR missing-file 001-old", "INFO missing-file 003-new");
    }

    @Test
    void anAdoptedRowWhoseNameFitsNoFormIsMissingLikeAnyOther() {
        row("initial", MigrationState.COMPLETED, null);
        file("001-a", "SELECT 1");

        assertThat(codes(plan())).containsExactly("WARNING missing-file initial");
    }

    @Test
    void aRenamedFileIsNeverRunAgain() {
        Migration renamed = file("002-new-name", "SELECT 'the same'");
        row("001-old-name", MigrationState.COMPLETED, renamed.checksum().toString());

        Plan plan = plan();

        assertThat(codes(plan)).containsExactly("ERROR renamed 002-new-name");
        assertThat(plan.problems().get(0).text()).contains("001-old-name").contains("accept 002-new-name");
        assertThat(plan.runs()).isEmpty();
        assertThat(plan.steps()).singleElement().isInstanceOf(PlanStep.Blocked.class);
    }

    @Test
    void twoFilesOfOneTextAreNotARename() {
        applied(file("001-refresh", "REFRESH MATERIALIZED VIEW v"));
        file("002-refresh", "REFRESH MATERIALIZED VIEW v");

        assertThat(plan().problems()).isEmpty();
        assertThat(plan().runs()).hasSize(1);
    }

    @Test
    void aLateFileRunsWithAWarningAndFailsWhenAsked() {
        file("001-late", "SELECT 1");
        applied(file("002-b", "SELECT 2"));

        assertThat(codes(plan())).containsExactly("WARNING out-of-order 001-late");
        assertThat(reasons(plan())).containsExactly("001-late LATE 1 0");

        options = new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.FAIL, Set.of(), null);
        assertThat(plan().hasErrors()).isTrue();
    }

    @Test
    void aRepeatableOneRunsAgainWhenItsTextChanges() {
        row("R__views", MigrationState.COMPLETED, "sha256:" + "0".repeat(64));
        applied(file("001-a", "SELECT 1"));
        file("R__views", "SELECT 2");

        assertThat(reasons(plan())).containsExactly("R__views CHANGED 1 0");
        assertThat(plan().problems()).isEmpty();
    }

    @Test
    void anUnchangedRepeatableOneIsDone() {
        applied(file("R__views", "SELECT 2"));
        file("001-late", "SELECT 1");

        assertThat(reasons(plan())).containsExactly("001-late PENDING 1 0");
    }

    @Test
    void aManualOneIsListedAndNeverRun() {
        file("001-cleanup", "-- migrator: manual\nSELECT 1");

        assertThat(plan().manual()).hasSize(1);
        assertThat(plan().isNothingToDo()).isTrue();
    }

    @Test
    void anotherEnvironmentsMigrationIsLeftOut() {
        file("001-demo", "-- migrator: environments=staging,production\nSELECT 1");

        assertThat(plan().steps()).singleElement().isInstanceOf(PlanStep.OtherEnvironment.class);

        options = new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN, Set.of("staging"), null);
        assertThat(plan().runs()).hasSize(1);
    }

    @Test
    void theTargetIsTheLastOneToRun() {
        file("001-a", "SELECT 1");
        file("002-b", "SELECT 2");
        options = options.withTarget("001-a");

        assertThat(reasons(plan())).containsExactly("001-a PENDING 1 0");
        assertThat(plan().steps().get(1)).isInstanceOf(PlanStep.BeyondTarget.class);
    }

    @Test
    void anUnknownTargetAndOneBehindUsAreRefused() {
        file("001-a", "SELECT 1");
        applied(file("002-b", "SELECT 2"));
        options = options.withTarget("009-nothing");
        assertThat(codes(plan())).contains("ERROR unknown-target 009-nothing");

        options = options.withTarget("001-a");
        assertThat(codes(plan())).contains("ERROR unknown-target 001-a");
    }

    @Test
    void aDependencyMustBeAppliedOrRunBefore() {
        file("001-a", "SELECT 1");
        file("002-b", "-- migrator: depends=001-a\nSELECT 2");

        assertThat(plan().problems()).isEmpty();
        assertThat(plan().runs()).hasSize(2);
    }

    @Test
    void aDependencyThatCannotComeFirstIsToldWithItsReason() {
        file("001-a", "-- migrator: depends=002-b\nSELECT 1");
        file("002-b", "-- migrator: manual\nSELECT 2");
        file("003-c", "-- migrator: depends=002-b\nSELECT 3");
        file("004-d", "-- migrator: depends=nothing\nSELECT 4");

        Plan plan = plan();

        assertThat(codes(plan))
                .containsExactly(
                        "ERROR dependency-order 001-a",
                        "ERROR unknown-dependency 003-c",
                        "ERROR unknown-dependency 004-d");
        assertThat(plan.runs()).isEmpty();
    }

    @Test
    void everyFindingIsCollected() {
        row("000-gone", MigrationState.COMPLETED, null);
        row("002-b", MigrationState.COMPLETED, "sha256:" + "0".repeat(64));
        file("001-late", "SELECT 1");
        file("002-b", "SELECT 2");
        file("003-c", "-- migrator: depends=nothing\nSELECT 3");

        assertThat(plan().problems())
                .extracting(Problem::code)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(
                        ProblemCode.MISSING_FILE,
                        ProblemCode.OUT_OF_ORDER,
                        ProblemCode.CHECKSUM_MISMATCH,
                        ProblemCode.UNKNOWN_DEPENDENCY));
        assertThat(plan().problems())
                .filteredOn(p -> p.severity() == Severity.ERROR)
                .hasSize(1);
    }
}
