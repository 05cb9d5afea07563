package dev.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.directive.Phase;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.SqlMigration;
import dev.migrator.migration.SqlText;
import dev.migrator.plan.PlanOptions.OnFinding;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Issues 5 and 6: what belongs to a later phase is left, and what depends on it waits. */
class PhasePlanTest {

    private final List<Migration> files = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private PlanOptions options = PlanOptions.defaults();

    private Migration file(String name, String directives) {
        byte[] bytes = ((directives.isEmpty() ? "" : "-- migrator: " + directives + "\n") + "SELECT 1")
                .getBytes(StandardCharsets.UTF_8);
        SqlText.Reading reading = SqlText.read(name + ".sql", () -> new ByteArrayInputStream(bytes), Long.MAX_VALUE);
        assertThat(reading.problems()).isEmpty();
        Migration migration = new SqlMigration(MigrationName.of(name), reading.text(), null, reading.directives());
        files.add(migration);
        return migration;
    }

    private void applied(Migration migration) {
        String checksum = String.valueOf(migration.checksum());
        String name = migration.name().value();
        history.add(new HistoryEntry(
                history.size() + 1,
                name,
                MigrationState.COMPLETED,
                checksum,
                null,
                5L,
                null,
                null,
                1,
                0,
                null,
                null,
                null,
                "sql"));
    }

    private String plan(Phase... phases) {
        Plan plan = Planner.by(options.withPhases(Set.of(phases))).plan(files, history);
        assertThat(plan.problems()).isEmpty();
        List<String> runs =
                plan.runs().stream().map(run -> run.migration().name().value()).toList();
        List<String> left = Phases.of(files, plan).left().stream()
                .map(each -> each.name() + each.waitsFor())
                .toList();
        return String.join(" ", runs) + " | " + String.join(" ", left);
    }

    @Test
    void aStartLeavesLaterPhasesAndWhatDependsOnThem() {
        file("001-a", "");
        file("002-fill", "phase=background");
        file("003-b", "phase=pre-deploy");
        file("004-not-null", "depends=002-fill");
        file("005-index", "depends=004-not-null");
        file("006-drop", "phase=post-deploy");

        assertThat(plan(Phase.PRE_DEPLOY))
                .isEqualTo("001-a 003-b | 002-fill[] 004-not-null[002-fill] 005-index[004-not-null]"
                        + " 006-drop[002-fill, 004-not-null, 005-index]");
    }

    @Test
    void aPostDeployOneNeverOvertakesTheBackgroundOneBeforeIt() {
        applied(file("001-a", ""));
        file("002-fill", "phase=background");
        file("003-drop", "phase=post-deploy");
        file("004-fill-more", "phase=background");

        assertThat(plan(Phase.POST_DEPLOY)).isEqualTo(" | 002-fill[] 003-drop[002-fill] 004-fill-more[]");
        assertThat(plan(Phase.BACKGROUND)).isEqualTo("002-fill 004-fill-more | 003-drop[]");
    }

    @Test
    void aBackgroundOneWaitsForThePendingOnesBeforeIt() {
        file("001-column", "");
        file("002-fill", "phase=background");

        assertThat(plan(Phase.BACKGROUND)).isEqualTo(" | 001-column[] 002-fill[001-column]");
    }

    @Test
    void whatItWaitedForIsApplied() {
        applied(file("001-fill", "phase=background"));
        file("002-not-null", "depends=001-fill");

        assertThat(plan(Phase.PRE_DEPLOY)).isEqualTo("002-not-null | ");
    }

    /** Also where being late is a failure: neither of the two could come earlier. */
    @Test
    void whatComesLateByItsPhaseIsNotOutOfOrder() {
        options = new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.FAIL, Set.of(), null);
        Migration fill = file("001-fill", "phase=background");
        file("002-not-null", "depends=001-fill");
        applied(file("003-later", ""));

        assertThat(plan(Phase.BACKGROUND)).isEqualTo("001-fill | 002-not-null[]");

        applied(fill);
        assertThat(plan(Phase.PRE_DEPLOY)).isEqualTo("002-not-null | ");
    }

    @Test
    void whoNamesItHasDecidedAboutItsPhase() {
        file("001-drop", "phase=post-deploy");
        options = options.withOnly("001-drop");

        assertThat(plan(Phase.PRE_DEPLOY)).isEqualTo("001-drop | ");
    }

    @Test
    void aReleaseKnowsItsPostDeployMigrationsWhetherTheyAreAppliedOrNot() {
        applied(file("001-old", "phase=post-deploy"));
        file("002-new", "phase=post-deploy");

        Plan plan = Planner.by(options).plan(files, history);

        assertThat(Phases.of(files, plan).postDeploy()).containsExactlyInAnyOrder("001-old", "002-new");
        assertThat(Phases.of(files, plan).ready(Phase.POST_DEPLOY)).containsExactly("002-new");
    }
}
