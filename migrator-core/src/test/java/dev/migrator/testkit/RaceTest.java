package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RaceTest {

    @Test
    void allContendersRunAtTheSameTime() {
        CountDownLatch everybodyIsHere = new CountDownLatch(8);

        List<Boolean> met = Race.run(8, () -> {
            everybodyIsHere.countDown();
            return everybodyIsHere.await(10, TimeUnit.SECONDS);
        });

        assertThat(met).hasSize(8).containsOnly(true);
    }

    /** The list hands out its second contender late, and the first must not have used the time. */
    @Test
    void nobodyStartsBeforeTheLastIsReady() {
        AtomicBoolean firstHasStarted = new AtomicBoolean();
        AtomicBoolean firstWasEarly = new AtomicBoolean();
        List<Callable<String>> tasks = new AbstractList<>() {
            @Override
            public Callable<String> get(int index) {
                if (index == 1) {
                    LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
                    firstWasEarly.set(firstHasStarted.get());
                }
                return () -> {
                    firstHasStarted.set(true);
                    return "fine";
                };
            }

            @Override
            public int size() {
                return 2;
            }
        };

        Race.run(tasks);

        assertThat(firstHasStarted).isTrue();
        assertThat(firstWasEarly).isFalse();
    }

    @Test
    void resultsComeInOrderOfTheContenders() {
        assertThat(Race.run(List.of(() -> "a", () -> "b", () -> "c"))).containsExactly("a", "b", "c");
    }

    @Test
    void allFailuresAreThrownTogether() {
        assertThatThrownBy(() -> Race.run(List.of(() -> fail("one"), () -> "fine", () -> fail("two"))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 of 3")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("one", "two"));
    }

    @Test
    void contenderThatDoesNotArriveIsInterruptedAndFails() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);

        assertThatThrownBy(() -> Race.run(Duration.ofMillis(200), List.of(() -> "fine", () -> hang(interrupted))))
                .hasMessageContaining("1 of 2");

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static String fail(String message) {
        throw new IllegalStateException(message);
    }

    private static String hang(CountDownLatch interrupted) throws InterruptedException {
        try {
            Thread.sleep(60_000);
            return "too late";
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }
}
