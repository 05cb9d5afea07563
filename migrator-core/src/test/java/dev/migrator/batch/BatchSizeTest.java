package dev.migrator.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many rows a batch gets. */
class BatchSizeTest {

    private static final Duration TARGET = Duration.ofMillis(500);

    private final BatchSize size = new BatchSize(null, 1000, TARGET);

    @Test
    void growsQuicklyUntilItWasTooSlowOnceAndSlowlyFromThenOn() {
        size.done(1000, Duration.ofMillis(10));
        assertThat(size.next()).isEqualTo(2000);
        size.done(2000, Duration.ofMillis(600));
        assertThat(size.next()).isEqualTo(1666);
        size.done(1666, Duration.ofMillis(10));
        assertThat(size.next()).isEqualTo(2000);
    }

    @Test
    void neverLeavesItsLimits() {
        for (int i = 0; i < 20; i++) {
            size.done(size.next(), Duration.ofMillis(1));
        }
        assertThat(size.next()).isEqualTo(BatchSize.LARGEST);
        for (int i = 0; i < 40; i++) {
            size.done(size.next(), Duration.ofHours(1));
        }
        assertThat(size.next()).isEqualTo(1);
    }

    @Test
    void halvesWhenItWasTooMuch() {
        size.tooMuch(1000);
        assertThat(size.next()).isEqualTo(500);
        size.tooMuch(1);
        assertThat(size.next()).isEqualTo(1);
    }

    @Test
    void aSetSizeStays() {
        BatchSize set = new BatchSize(70, 1000, TARGET);
        set.done(70, Duration.ofMillis(1));
        assertThat(set.next()).isEqualTo(70);
    }

    @Test
    void aSetSizeComesBackSlowlyAfterItWasTooMuch() {
        BatchSize set = new BatchSize(100, 1000, TARGET);
        set.tooMuch(100);
        List<Integer> next = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            next.add(set.next());
            set.done(set.next(), Duration.ofMillis(1));
        }
        assertThat(next).containsExactly(50, 60, 72, 86, 100, 100);
    }

    @Test
    void theLastBatchOfATableSaysNothingOfItsSpeed() {
        size.done(3, Duration.ofMillis(1));
        assertThat(size.next()).isEqualTo(1000);
    }

    @Test
    void aFailedBatchIsDividedUntilTheOneRowIsAlone() {
        List<Integer> tried = new ArrayList<>();
        int bad = 5; // of the rows 0 to 9
        int at = 0;
        while (at < 10) {
            int rows = Math.min(size.next(), 10 - at);
            tried.add(rows);
            if (bad < at || bad >= at + rows) {
                size.done(rows, Duration.ofMillis(1));
                at += rows;
            } else if (rows == 1) {
                size.leftOut();
                at++;
            } else {
                size.divide(rows);
            }
        }
        assertThat(tried).containsExactly(10, 5, 5, 2, 1, 1, 3);
        assertThat(size.next()).as("back to what it was").isEqualTo(1000);
    }
}
