package dev.migrator.stop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlineTest {

    /** Who stops the run waits for its end; the end of the deadline must not wait for who waits. */
    @Test
    void whoStopsTheRunHearsOfItsEndBeforeTheDeadlineWaitsForIt() {
        try (Cancellation cancellation = new Cancellation()) {
            Deadline deadline = new Deadline(Duration.ofMillis(1), cancellation);
            deadline.start();
            assertThat(cancellation.pause(Duration.ofMinutes(1)))
                    .as("its time is over")
                    .isFalse();

            deadline.close();

            assertThat(cancellation.request("because the test asks", Duration.ZERO))
                    .as("the run counts as ended")
                    .isTrue();
        }
    }
}
