package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class MigratorFailureAnalyzerTest {

    private static final Problem FAILED = Problem.error(
            ProblemCode.MIGRATION_FAILED, "002-broken.sql:3:8", "ERROR: column \"x\" does not exist", "Mend the file.");
    private static final Problem BAD_NAME =
            Problem.error(ProblemCode.INVALID_NAME, "foo bar.sql", "The name holds a space.", "Rename it.");

    private static FailureAnalysis analyze(Throwable failure) {
        return new MigratorFailureAnalyzer().analyze(failure);
    }

    @Test
    void oneProblemIsToldAsItStands() {
        FailureAnalysis analysis =
                analyze(new IllegalStateException("Failed to execute", new MigratorException(FAILED)));

        assertThat(analysis.getDescription()).isEqualTo("002-broken.sql:3:8: ERROR: column \"x\" does not exist");
        assertThat(analysis.getAction()).isEqualTo("Mend the file.");
    }

    @Test
    void severalProblemsAreNumberedAndEachActionIsToldOnce() {
        FailureAnalysis analysis = analyze(new MigratorException(List.of(FAILED, BAD_NAME, BAD_NAME), null));

        assertThat(analysis.getDescription()).isEqualTo("""
                The schema can't be brought to the state that this service needs:

                1. 002-broken.sql:3:8: ERROR: column "x" does not exist
                2. foo bar.sql: The name holds a space.
                3. foo bar.sql: The name holds a space.""");
        assertThat(analysis.getAction()).isEqualTo("1. Mend the file.\n2. Rename it.");
    }

    @Test
    void otherFailuresAreNotOurs() {
        assertThat(analyze(new IllegalStateException("something else"))).isNull();
    }
}
