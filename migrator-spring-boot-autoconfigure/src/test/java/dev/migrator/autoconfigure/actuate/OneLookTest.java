package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OneLookTest {

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void thoseWhoAskMeanwhileShareTheNextLook() throws InterruptedException {
        CountDownLatch goesOn = new CountDownLatch(1);
        OneLook<Integer> look = new OneLook<>(() -> {
            int number = looks.incrementAndGet();
            awaited(goesOn);
            return number;
        });
        List<Integer> seen = new CopyOnWriteArrayList<>();
        List<Thread> askers = new ArrayList<>();
        ask(askers, () -> seen.add(look.now()));
        await().until(() -> looks.get() == 1);
        for (int i = 0; i < 30; i++) {
            ask(askers, () -> seen.add(look.now()));
        }
        // not BLOCKED: up to Java 23 a virtual thread at a monitor holds its carrier, and with it the whole service
        await().until(() -> askers.stream().skip(1).allMatch(asker -> asker.getState() == Thread.State.WAITING));
        goesOn.countDown();
        for (Thread asker : askers) {
            asker.join();
        }

        assertThat(seen).hasSize(31).containsOnlyOnce(1).contains(2);
        assertThat(looks).hasValue(2);
    }

    @Test
    void whoAsksLaterSeesWhatIsThereThen() {
        OneLook<Integer> look = new OneLook<>(looks::incrementAndGet);
        assertThat(look.now()).isEqualTo(1);
        assertThat(look.now()).isEqualTo(2);
    }

    /** Else each of those who wait would wait for the same time-out, one after the other. */
    @Test
    void aFailureIsSharedTooAndNotForEver() {
        OneLook<Integer> look = new OneLook<>(
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new MigratorException(
                                Problem.error(ProblemCode.CONNECTION, "database", "It is away.", ""));
                    }
                    return looks.get();
                },
                new Moments(0, 5, 3, 6, 7)::next);

        assertThatThrownBy(look::now).hasMessageContaining("away");
        // asked at 3, and the look began at 5
        assertThatThrownBy(look::now).hasMessageContaining("away");
        assertThat(look.now()).isEqualTo(2);
    }

    private static final class Moments {

        private final int[] moments;
        private int next;

        Moments(int... moments) {
            this.moments = moments;
        }

        long next() {
            return moments[next++];
        }
    }

    private static void ask(List<Thread> askers, Runnable question) {
        Thread asker = new Thread(question);
        askers.add(asker);
        asker.start();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
