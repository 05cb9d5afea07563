package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.ClientMessage;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 1, exactly once: a run dies at its n-th message to the server, for every n, before the server sees the message
 * and after it has done what the message asks. One start later everything is there once.
 *
 * <p>By default at every second message that the server acts on where files travel alone, at every sixth one where they
 * share messages, and with a SIGKILL, which costs a JVM each, at every tenth; {@code -Dmigrator.test.crash=all} takes
 * every message in each of the three, which is a matter of ten minutes.
 */
@PostgresTest
@ExtendWith(Quiet.class)
@Tag("exactly-once")
@Timeout(900)
class CrashAtEveryMessageTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final boolean ALL = "all".equals(System.getProperty("migrator.test.crash"));

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    @Test
    void lostConnectionAtEveryMessageOfFilesThatShareMessages(TestDatabase database) {
        CrashSet.write(folder);
        sweep(database, "connection lost, files share messages", 6, (n, side) -> cutAt(database, n, side));
    }

    @Test
    void lostConnectionAtEveryMessageOfFilesThatTravelAlone(TestDatabase database) {
        CrashSet.writeApart(folder);
        int points = sweep(database, "connection lost, each file alone", 2, (n, side) -> cutAt(database, n, side));
        assertThat(points).isGreaterThanOrEqualTo(2 * CrashSet.SIZE);
    }

    @Test
    void killedProcessAtEveryMessage(TestDatabase database) {
        CrashSet.write(folder);
        sweep(database, "process killed, files share messages", 10, (n, side) -> killAt(database, n, side));
    }

    private int sweep(TestDatabase database, String what, int step, BiConsumer<Integer, Cut> crash) {
        List<ClientMessage> messages = messagesOfARun(database);
        List<ClientMessage> chosen = ALL ? messages : everyOne(messages, step);
        for (ClientMessage message : chosen) {
            for (Cut side : Cut.values()) {
                CrashSet.clear(database);
                crash.accept(message.number(), side);
                restart(database, what + " at " + message + " " + side);
            }
        }
        int points = chosen.size() * Cut.values().length;
        System.out.printf(Locale.ROOT, "%s: %d points at %d messages, all survived%n", what, points, messages.size());
        return points;
    }

    /** Between two messages that the server acts on nothing changes for it. */
    private static List<ClientMessage> everyOne(List<ClientMessage> messages, int step) {
        List<ClientMessage> acted =
                messages.stream().filter(m -> "QS0pcdfX".indexOf(m.type()) >= 0).toList();
        return IntStream.range(0, acted.size())
                .filter(i -> i % step == step / 2)
                .mapToObj(acted::get)
                .toList();
    }

    private List<ClientMessage> messagesOfARun(TestDatabase database) {
        try (WireProxy proxy = WireProxy.to(database)) {
            MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                    .build()
                    .migrate()
                    .orThrow();
            return proxy.log();
        }
    }

    private void killAt(TestDatabase database, int n, Cut side) {
        List<ChildJvm> child = new ArrayList<>();
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.cutAtClientMessage(n, side).onClientMessage(message -> {
                if (message.number() == n) {
                    child.get(0).kill();
                }
            });
            child.add(ChildJvm.of(MigrateMain.class, proxy.jdbcUrl(database), folder.location(), "0")
                    .jvmArgs("-Xshare:auto", "-XX:+UseSerialGC")
                    .start());
            int code = child.get(0).waitFor(LIMIT);
            assertThat(code).as("killed at %s: %s", n, child.get(0).output()).isEqualTo(137);
            Await.until("the server has seen the end", () -> proxy.openConnections() == 0);
        }
    }

    private void cutAt(TestDatabase database, int n, Cut side) {
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.cutAtClientMessage(n, side);
            try {
                MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                        .connectionRetry(0, Duration.ZERO)
                        .build()
                        .migrate();
            } catch (MigratorException e) {
                assertThat(e.problems()).extracting(Problem::code).containsOnly(ProblemCode.CONNECTION);
            }
            // the last message is a farewell that nobody answers
            Await.until("message " + n + " was sent", () -> proxy.clientMessages() >= n);
        }
    }

    private void restart(TestDatabase database, String when) {
        MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .build()
                .migrate()
                .orThrow();
        CrashSet.verify(database, when);
        CrashSet.verifyNoLock(database, when);
    }
}
