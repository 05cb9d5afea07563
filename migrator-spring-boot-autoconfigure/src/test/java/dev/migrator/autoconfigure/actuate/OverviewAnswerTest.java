package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.drift.DriftMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.endpoint.Access;

/** What the page costs when the database is slow, or away. */
@Timeout(60)
class OverviewAnswerTest {

    private static final ActionRequest ANYBODY = new ActionRequest(Map.of(), null, null, "10.1.2.3", false, false);
    private static final ActionAnswer DONE = new ActionAnswer(ActionAnswer.OK, Map.of());
    private static final ActionAnswer FORBIDDEN = new ActionAnswer(ActionAnswer.FORBIDDEN, Map.of());

    /** Takes connections, and says nothing. */
    private ServerSocket server;

    private final List<Socket> taken = new CopyOnWriteArrayList<>();
    private ActionRuns runs;
    private OverviewAnswer overview;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Migrator migrator = Migrator.builder()
                .connection("jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/slow", "nobody", null)
                .build();
        runs = new ActionRuns(migrator);
        overview = new OverviewAnswer(
                migrator,
                new MigrationsEndpoint(
                        migrator, new MigrationActivity(Clock.systemUTC(), Phase.COMPLETED), runs, new DriftMemory()),
                new ActionAccess(null, new FailedAttempts(System::nanoTime)),
                Access.UNRESTRICTED,
                new LiveSteps(Clock.systemUTC()),
                () -> 0);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        for (Socket socket : taken) {
            socket.close();
        }
    }

    private void accept(boolean andClose) {
        Thread acceptor = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    taken.add(socket);
                    if (andClose) {
                        socket.close();
                    }
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        acceptor.setDaemon(true);
        acceptor.start();
    }

    @Test
    void whoActsAndWhoLooksAtARunDoesNotWaitForASlowLook() throws Exception {
        accept(false);
        Thread slow = new Thread(() -> overview.to(ANYBODY, null));
        slow.start();
        await().until(() -> taken.size() == 1);

        overview.forget(DONE);
        CountDownLatch goesOn = new CountDownLatch(1);
        runs.begin(new ActionRun("run", null, "key", Clock.systemUTC()), run -> {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(overview.to(ANYBODY, null)).containsKey("live");
        assertThat(slow.isAlive()).as("the look goes on").isTrue();

        goesOn.countDown();
        end();
        slow.join();
    }

    @Test
    void onlyWhoMayActMakesTheNextLookANewOne() {
        accept(true);
        overview.to(ANYBODY, null);
        int looks = taken.size();
        overview.forget(FORBIDDEN);
        overview.to(ANYBODY, null);
        assertThat(taken).hasSize(looks);

        overview.forget(DONE);
        overview.to(ANYBODY, null);
        assertThat(taken).hasSizeGreaterThan(looks);
    }
}
