package dev.migrator.autoconfigure.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that starts in spite of a failure is open after it; one that is just being stopped is not. */
class GateAfterFailureTest {

    @ParameterizedTest
    @CsvSource({
        "true, MIGRATION_FAILED, true",
        "true, INTERRUPTED, false",
        "false, MIGRATION_FAILED, false",
        "false, INTERRUPTED, false"
    })
    void whoInterruptedTheStartDoesNotWantItToBegin(boolean startsAnyway, ProblemCode code, boolean open) {
        ActivitySnapshot failed = new ActivitySnapshot(
                Phase.FAILED,
                1,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                List.of(Problem.error(code, "001-first", "It failed.", "Mend it.")),
                null,
                null);
        SchemaGate gate = new SchemaGate(() -> failed, path -> false, startsAnyway, Duration.ofSeconds(1));

        assertThat(gate.lets("/hello")).isEqualTo(open);
    }
}
