package dev.migrator.autoconfigure.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateAfterFailureTest {

    private static final MigrationName FIRST = MigrationName.of("001-a");

    @ParameterizedTest
    @CsvSource({"MIGRATION_FAILED, true, true", "MIGRATION_FAILED, false, false", "INTERRUPTED, true, false"})
    void itOpensWhereTheServiceGoesOnAndAnInterruptedStartNeverDoes(
            ProblemCode code, boolean opensAfterFailure, boolean open) {
        MigrationActivity activity = new MigrationActivity(Clock.systemUTC(), ActivitySnapshot.Phase.PENDING);
        SchemaGate gate = new SchemaGate(activity, path -> false, opensAfterFailure, Duration.ofSeconds(5));
        assertThat(gate.lets("/rows")).isFalse();

        Problem problem = Problem.error(code, "001-a", "It failed.", "Mend it.");
        activity.on(new MigrationEvent.MigrationFailed("r", FIRST, problem));
        activity.ended(failed(problem));

        assertThat(gate.lets("/rows")).isEqualTo(open);
    }

    private static RunReport failed(Problem problem) {
        StepResult step = new StepResult(FIRST, StepResult.Outcome.FAILED, Duration.ZERO, problem);
        return new RunReport("r", 1, List.of(step), List.of(), Duration.ZERO);
    }
}
