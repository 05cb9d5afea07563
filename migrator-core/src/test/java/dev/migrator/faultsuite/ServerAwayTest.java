package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faultsuite.Host.Order;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OwnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server goes away while a process migrates, or is not there yet when it starts: that same start brings the schema to
 * its end, with three tries more after five seconds each, as by default. The time to recover counts from the fault.
 */
@FaultSuite
class ServerAwayTest {

    private static final int LEASE_MS = 20_000;

    @TempDir
    private Path data;

    private MigrationFolder folder;
    private OwnServer cluster;
    private HostJvm host;

    @BeforeEach
    void prepare(@TempDir Path files) {
        folder = new MigrationFolder(files);
        cluster = OwnServer.create(data.resolve("cluster"));
        host = new HostJvm().awaitReady();
    }

    @AfterEach
    void end() {
        host.close();
        cluster.close();
    }

    private Order order(int round, LockType lock, String url) {
        return new Order(round, 1, lock, LEASE_MS, folder.location(), url);
    }

    private Duration unharmed(Order order) {
        long startedAt = System.nanoTime();
        host.begin(order);
        assertThat(host.awaitApplied(order)).isEqualTo(FaultSet.SIZE);
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void restarted(LockType lock) throws Exception {
        FaultSet.MIXED.write(folder);
        cluster.start();
        unharmed(order(-2, lock, cluster.url()));
        Database.clear(cluster.url());
        Duration usual = unharmed(order(-1, lock, cluster.url()));
        String by = lock.name().toLowerCase(Locale.ROOT);
        Trial trial = Trial.of("30-restart-" + by, "pg_ctl restart -m immediate, " + by, 25);
        int[] orders = {0};
        trial.run(
                round -> {
                    Order order;
                    do {
                        Database.clear(cluster.url());
                        order = order(++orders[0], lock, cluster.url());
                        host.begin(order);
                    } while (host.endsWithin(order, trial.momentWithin(usual)));
                    long at = System.nanoTime();
                    cluster.crashAndRestart();
                    host.awaitApplied(order);
                    return Duration.ofNanos(System.nanoTime() - at);
                },
                () -> Facts.of(cluster.url(), FaultSet.MIXED));
    }

    /** The standby may lack what the primary committed last; the run applies it again there. */
    @Test
    void failedOver() throws Exception {
        FaultSet.MIXED.write(folder);
        AtomicReference<OwnServer> last = new AtomicReference<>();
        Trial trial = Trial.of("31-failover", "failover to a promoted standby, URL with both", 10);
        trial.run(round -> failOver(trial, round, last), () -> {
            try (OwnServer survivor = last.get()) {
                return Facts.of(survivor.url(), FaultSet.MIXED);
            }
        });
    }

    private Duration failOver(Trial trial, int round, AtomicReference<OwnServer> last) throws IOException {
        Path place = data.resolve("failover" + round);
        Files.createDirectory(place);
        OwnServer primary = cluster.copy(place.resolve("a"));
        OwnServer standby = primary.copy(place.resolve("b")).follow(primary);
        last.set(standby);
        try (primary) {
            primary.start();
            standby.start();
            String hosts = "127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port();
            Order order = order(round, LockType.ADVISORY, OwnServer.url(hosts));
            host.begin(order);
            host.awaitStarted(order);
            assertThat(host.endsWithin(order, trial.momentWithin(Duration.ofMillis(500))))
                    .as("struck before its end")
                    .isFalse();
            long at = System.nanoTime();
            primary.crash();
            standby.promote();
            host.awaitApplied(order);
            return Duration.ofNanos(System.nanoTime() - at);
        } finally {
            primary.close();
            delete(place.resolve("a"));
        }
    }

    /** A standby that lets nobody in says the same as a server that is starting: 57P03, until it is promoted. */
    @Test
    void startingUp() throws Exception {
        FaultSet.MIXED.write(folder);
        AtomicReference<OwnServer> last = new AtomicReference<>();
        Trial trial = Trial.of("32-starting", "database starting up (57P03)", 10);
        trial.run(round -> startUp(trial, round, last), () -> {
            try (OwnServer server = last.get()) {
                return Facts.of(server.url(), FaultSet.MIXED);
            }
        });
    }

    private Duration startUp(Trial trial, int round, AtomicReference<OwnServer> last) {
        OwnServer nobody = cluster;
        OwnServer server = cluster.copy(data.resolve("starting" + round)).follow(nobody);
        last.set(server);
        server.startUnready("hot_standby=off");
        Order order = order(round, LockType.ADVISORY, server.url());
        host.begin(order);
        assertThat(host.endsWithin(order, Duration.ofSeconds(2).plus(trial.momentWithin(Duration.ofSeconds(5)))))
                .as("it waits")
                .isFalse();
        long at = System.nanoTime();
        server.promote();
        host.awaitApplied(order);
        return Duration.ofNanos(System.nanoTime() - at);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }
}
