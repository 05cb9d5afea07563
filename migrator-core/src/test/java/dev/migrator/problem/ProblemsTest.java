package dev.migrator.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    private final Problem changed =
            Problem.error(ProblemCode.CHECKSUM_MISMATCH, "001-users.sql", "was changed", "restore it");
    private final Problem twice =
            Problem.error(ProblemCode.DUPLICATE_NAME, "002-orders", "exists twice", "rename one of them");
    private final Problem ignored =
            Problem.warning(ProblemCode.UNKNOWN_FILE, "notes.sql", "is not run", "give it a number");

    @Test
    void allErrorsAreThrownAtOnceInTheOrderFound() {
        Problems problems = new Problems().add(changed).addAll(List.of(ignored, twice));

        assertThat(problems.hasErrors()).isTrue();
        assertThat(problems.all()).containsExactly(changed, ignored, twice);
        assertThatExceptionOfType(MigratorException.class)
                .isThrownBy(problems::throwIfErrors)
                .withMessage(changed.text() + "\n" + twice.text())
                .satisfies(thrown -> assertThat(thrown.problems()).containsExactly(changed, twice))
                .satisfies(thrown -> assertThat(thrown.first()).isEqualTo(changed));
    }

    @Test
    void warningsAloneNeverThrow() {
        Problems problems =
                new Problems().add(ignored).add(Problem.info(ProblemCode.RENAMED, "003", "was renamed", ""));

        assertThat(problems.hasErrors()).isFalse();
        assertThatCode(problems::throwIfErrors).doesNotThrowAnyException();
    }

    @Test
    void textSaysWhatToDoOnALineOfItsOwn() {
        assertThat(changed.text()).isEqualTo("001-users.sql: was changed\n  -> restore it");
        assertThat(Problem.info(ProblemCode.RENAMED, "003", "was renamed", "").text())
                .isEqualTo("003: was renamed");
    }

    @Test
    void aSettingChangesTheSeverityAndNothingElse() {
        assertThat(ignored.withSeverity(Severity.ERROR))
                .isEqualTo(Problem.error(ProblemCode.UNKNOWN_FILE, "notes.sql", "is not run", "give it a number"));
    }

    @Test
    void oneProblemCarriesItsCause() {
        Exception cause = new IllegalStateException("connection refused");

        MigratorException thrown = new MigratorException(changed, cause);

        assertThat(thrown).hasMessage(changed.text()).hasCause(cause);
        assertThat(new MigratorException(twice).problems()).containsExactly(twice);
    }

    @Test
    void codesReadTheSameInEveryLocale() {
        assertThat(ProblemCode.CHECKSUM_MISMATCH.id()).isEqualTo("checksum-mismatch");
        assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9-]+"));
    }
}
