package dev.migrator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of how far something is. */
class ProgressTextTest {

    @Test
    void rateAndWhatIsLeftCountFromWhereThisRunBegan() {
        Progress progress = Progress.of(600, 200, 1_000, Duration.ofSeconds(4));

        assertThat(progress.perSecond()).isEqualTo(100);
        assertThat(progress.left()).isEqualTo(Duration.ofSeconds(4));
        assertThat(progress.text()).isEqualTo("600 of 1000 (60 %), 100/s, 4 s left");
        assertThat(progress.isOfBatch()).isFalse();
    }

    @Test
    void aBatchSaysItsKeysWhatItLeftOutAndWhyItWaits() {
        Progress batch = Progress.of(10, 0, 20, Duration.ofSeconds(1)).at("1 to 10", 2);

        assertThat(batch.text()).isEqualTo("10 of 20 (50 %), 10/s, 1 s left, 2 failed, at 1 to 10");
        assertThat(batch.isOfBatch()).isTrue();
        assertThat(batch.isPaused()).isFalse();

        Progress busy = batch.at(null, 0).holding("9 sessions are busy (limit 8)");
        assertThat(busy.text()).endsWith("; it waits: 9 sessions are busy (limit 8)");
        assertThat(busy.isOfBatch()).isTrue();
        assertThat(busy.isPaused()).isFalse();

        Progress paused = batch.holding(Progress.PAUSED + "; to go on: resume x");
        assertThat(paused.isPaused()).isTrue();
        assertThat(paused.left()).as("for how long, nobody knows").isNull();
        assertThat(busy.left()).isNotNull();
    }

    @Test
    void nothingIsPromisedThatNobodyKnows() {
        assertThat(Progress.of(5, 0, 0, Duration.ofSeconds(1)).text()).isEqualTo("5, 5/s");
        assertThat(Progress.of(5, 5, 10, Duration.ofSeconds(1)).text()).isEqualTo("5 of 10 (50 %), 0/s");
        assertThat(Progress.of(5, 0, 10, Duration.ZERO).left()).isNull();
        assertThat(Progress.of(12, 0, 10, Duration.ofSeconds(1)).text())
                .isEqualTo("12 (more than the 10 that were estimated), 12/s");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "119, 119 s", "120, 2 min", "7199, 119 min", "7200, 2 h", "100000, 27 h"})
    void timesAreRoundedDown(long seconds, String words) {
        assertThat(Progress.inWords(Duration.ofSeconds(seconds))).isEqualTo(words);
    }

    @Test
    void aRetriedMigrationNamesWhoWasInItsWayWhereSomebodyWasSeen() {
        Problem problem = Problem.error(ProblemCode.MIGRATION_FAILED, "001-a", "ERROR: lock timeout", "");
        MigrationName name = MigrationName.of("001-a");

        assertThat(new MigrationEvent.MigrationRetried("run", name, problem, Duration.ZERO).activity())
                .isEqualTo("was rolled back for the sake of others and is tried again");
        assertThat(new MigrationEvent.MigrationRetried("run", name, problem, List.of("pid 7", "pid 9"), Duration.ZERO)
                        .activity())
                .endsWith("is tried again, waits for pid 7; pid 9");
    }
}
