package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that the endpoint has begun: none is lost without a word, and none outlives its service. */
@Timeout(60)
class ActionRunsTest {

    private final Migrator migrator = Migrator.builder()
            .connection("jdbc:postgresql://127.0.0.1:1/nowhere", null, null)
            .connectionRetry(0, Duration.ZERO)
            .build();
    private final ActionRuns runs = new ActionRuns(migrator);
    private final ActionRun run = new ActionRun("run", null, "key from 10.1.2.3", Clock.systemUTC());

    @Test
    void aRunThatIsJustAboutToBeginWhenTheServiceStopsDoesNotBegin() throws Exception {
        CountDownLatch begins = new CountDownLatch(1);
        AtomicReference<ProblemCode> end = new AtomicReference<>();
        runs.begin(run, ignored -> {
            try {
                begins.await();
                migrator.migrate();
            } catch (MigratorException e) {
                end.set(e.first().code());
                throw e;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread stops = new Thread(() -> {
            try {
                runs.destroy();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        stops.start();
        // it has asked all that runs to end, and waits
        await().until(() -> stops.getState() == Thread.State.WAITING || stops.getState() == Thread.State.TIMED_WAITING);
        begins.countDown();
        stops.join();

        assertThat(end).hasValue(ProblemCode.INTERRUPTED);
    }

    @Test
    void anExceptionThatNobodyExpectedIsToldWithoutItsText() {
        runs.begin(run, ignored -> {
            throw new IllegalStateException("Top-Secret-1");
        });
        await().until(run::hasEnded);

        assertThat(run.document()).containsEntry("state", "FAILED");
        assertThat(run.document().get("problems").toString())
                .contains("unexpected", "java.lang.IllegalStateException", "log")
                .doesNotContain("Top-Secret-1");
    }
}
