package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.MigrationStatus;
import dev.migrator.Statistics;
import dev.migrator.StatusReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.MigrationName;
import dev.migrator.plan.Phases;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MigrationActivityTest {

    private static final List<MigrationName> PLANNED =
            List.of(MigrationName.of("001-a"), MigrationName.of("002-b"), MigrationName.of("003-c"));

    private final MigrationActivity activity = new MigrationActivity(Clock.systemUTC(), ActivitySnapshot.Phase.PENDING);

    @Test
    void aFollowerShowsTheLeadersProgressAndEndsWithNothingPending() {
        activity.begins();
        activity.on(new MigrationEvent.Following("r", "pid 7", PLANNED.get(1), PLANNED.subList(0, 1), PLANNED));

        ActivitySnapshot following = activity.snapshot();
        assertThat(following.phase()).isEqualTo(ActivitySnapshot.Phase.RUNNING);
        assertThat(following.waitingFor()).isEqualTo("pid 7");
        assertThat(following.current()).isEqualTo("002-b");
        assertThat(following.applied()).containsExactly("001-a");
        assertThat(following.pending()).isEqualTo(2);

        List<StepResult> results = PLANNED.stream()
                .map(name -> new StepResult(name, StepResult.Outcome.APPLIED_ELSEWHERE, Duration.ZERO, null))
                .toList();
        activity.ended(new RunReport("r", 3, results, List.of(), Duration.ZERO));

        ActivitySnapshot ended = activity.snapshot();
        assertThat(ended.phase()).isEqualTo(ActivitySnapshot.Phase.COMPLETED);
        assertThat(ended.pending()).isZero();
        assertThat(ended.waitingFor()).isNull();
    }

    @Test
    void whatTheCurrentOneIsAtIsShownUntilItEnds() {
        MigrationName index = PLANNED.get(0);
        activity.begins();
        activity.on(new MigrationEvent.RunStarted("r", PLANNED));
        activity.on(new MigrationEvent.MigrationStarted("r", index, 1));
        activity.on(new MigrationEvent.IndexBuilding("r", index, "building index, 40 %"));

        assertThat(activity.snapshot().current()).isEqualTo("001-a");
        assertThat(activity.snapshot().activity()).isEqualTo("building index, 40 %");

        activity.on(new MigrationEvent.MigrationCompleted("r", index, Duration.ZERO));
        activity.on(new MigrationEvent.IndexBuilding("r", index, "from another thread, too late"));

        assertThat(activity.snapshot().current()).isNull();
        assertThat(activity.snapshot().activity()).isNull();
    }

    @Test
    void whoIsInTheWayOfATryIsShown() {
        Problem problem = Problem.error(ProblemCode.MIGRATION_FAILED, "002-b.sql", "lock timeout", "");
        activity.begins();
        activity.on(new MigrationEvent.MigrationRetried(
                "r", PLANNED.get(1), problem, List.of("pid 7 (report, user shop)"), Duration.ZERO));

        assertThat(activity.snapshot().activity())
                .isEqualTo(
                        "was rolled back for the sake of others and is tried again, waits for pid 7 (report, user shop)");

        activity.on(new MigrationEvent.MigrationStarted("r", PLANNED.get(1), 2));
        assertThat(activity.snapshot().activity()).isNull();
    }

    /** A service that started in spite of a failure, and a person who mends it at the endpoint. */
    @Test
    void whatFailedIsTheLastTryAndIsNoFailureAnyMoreWhenItIsApplied() {
        activity.begins();
        activity.on(new MigrationEvent.RunStarted("r", PLANNED.subList(0, 2)));
        activity.on(new MigrationEvent.MigrationCompleted("r", PLANNED.get(0), Duration.ZERO));
        activity.on(new MigrationEvent.MigrationFailed("r", PLANNED.get(1), problem("first")));
        activity.failed(List.of(problem("first")));

        activity.on(new MigrationEvent.RunStarted("s", PLANNED.subList(1, 2)));
        activity.on(new MigrationEvent.MigrationFailed("s", PLANNED.get(1), problem("second")));
        assertThat(activity.snapshot().failed()).containsExactly("002-b");
        assertThat(activity.snapshot().problems()).containsExactly(problem("second"));
        assertThat(activity.snapshot().phase()).isEqualTo(ActivitySnapshot.Phase.FAILED);

        activity.on(new MigrationEvent.RunStarted("t", PLANNED.subList(1, 2)));
        activity.on(new MigrationEvent.MigrationCompleted("t", PLANNED.get(1), Duration.ZERO));
        activity.ended(new RunReport("t", 2, List.of(), List.of(), Duration.ZERO));
        assertThat(activity.snapshot().phase()).isEqualTo(ActivitySnapshot.Phase.COMPLETED);
        assertThat(activity.snapshot().failed()).isEmpty();
        assertThat(activity.snapshot().problems()).isEmpty();
    }

    @Test
    void whatWasSkippedIsNeitherPendingNorFailed() {
        activity.begins();
        activity.on(new MigrationEvent.RunStarted("r", PLANNED));
        activity.on(new MigrationEvent.MigrationFailed("r", PLANNED.get(0), problem("first")));
        activity.failed(List.of(problem("first")));

        activity.ended(new RunReport("s", 3, List.of(), List.of(), Duration.ZERO));

        assertThat(activity.snapshot().pending()).isZero();
        assertThat(activity.snapshot().failed()).isEmpty();
    }

    /** In a service that has its schema, a later run's failure is told until it is mended, and no longer. */
    @Test
    void aFailureAfterTheStartIsToldUntilItIsMended() {
        activity.begins();
        activity.ended(new RunReport("r", 1, List.of(), List.of(), Duration.ZERO));
        activity.on(new MigrationEvent.RunStarted("s", PLANNED.subList(0, 1)));
        activity.on(new MigrationEvent.MigrationFailed("s", PLANNED.get(0), problem("first")));
        assertThat(activity.snapshot().problems()).hasSize(1);

        activity.on(new MigrationEvent.RunStarted("t", PLANNED.subList(0, 1)));
        activity.on(new MigrationEvent.MigrationCompleted("t", PLANNED.get(0), Duration.ZERO));

        assertThat(activity.snapshot().phase()).isEqualTo(ActivitySnapshot.Phase.COMPLETED);
        assertThat(activity.snapshot().failed()).isEmpty();
        assertThat(activity.snapshot().problems()).isEmpty();
    }

    /** A schema can be complete without a manual one, or one of a later phase: its failure is not over with that. */
    @Test
    void aLookForgetsOnlyTheFailuresThatTheHistoryHasNoMore() {
        activity.begins();
        activity.ended(new RunReport("r", 3, List.of(), List.of(), Duration.ZERO));
        activity.on(new MigrationEvent.RunStarted("s", PLANNED.subList(0, 2)));
        activity.on(new MigrationEvent.MigrationFailed("s", PLANNED.get(0), problem("first")));
        activity.on(new MigrationEvent.MigrationFailed("s", PLANNED.get(1), problem("second")));

        activity.verified(seen(MigrationState.SKIPPED, MigrationState.FAILED, MigrationState.FAILED));

        assertThat(activity.snapshot().phase()).isEqualTo(ActivitySnapshot.Phase.COMPLETED);
        assertThat(activity.snapshot().failed())
                .as("the third did not fail here")
                .containsExactly("002-b");
        assertThat(activity.snapshot().problems()).containsExactly(problem("second"));

        activity.verified(seen(MigrationState.SKIPPED, MigrationState.PENDING, MigrationState.FAILED));
        assertThat(activity.snapshot().failed()).isEmpty();
        assertThat(activity.snapshot().problems()).isEmpty();
    }

    private static StatusReport seen(MigrationState... states) {
        List<MigrationStatus> migrations = IntStream.range(0, states.length)
                .mapToObj(i -> new MigrationStatus(
                        PLANNED.get(i).value(),
                        "1",
                        "",
                        states[i],
                        true,
                        false,
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        1))
                .toList();
        return new StatusReport(
                "here",
                new Statistics(3, 0, 0, 0, 0, 3, 0),
                migrations,
                List.of(),
                List.of(),
                true,
                null,
                Phases.NONE,
                List.of());
    }

    private static Problem problem(String text) {
        return Problem.error(ProblemCode.MIGRATION_FAILED, "002-b.sql:1:1", text, "Mend it.");
    }
}
