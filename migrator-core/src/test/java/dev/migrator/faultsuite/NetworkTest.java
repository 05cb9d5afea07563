package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.MigrateMain;
import dev.migrator.lock.LockType;
import dev.migrator.problem.MigratorException;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network between a run and its server is cut, or goes dark: nothing passes any more, and nobody is told. */
@FaultSuite
@PostgresTest
class NetworkTest {

    /** Three questions after half a minute's silence, and three tries to come back: see SilenceWatch. */
    private static final Duration CLIENT_BOUND = Duration.ofMinutes(3);

    private MigrationFolder folder;

    @BeforeEach
    void files(@TempDir Path files) {
        folder = new MigrationFolder(files);
        FaultSet.MIXED.write(folder);
    }

    /** Before the server sees the message, and after it has done what the message asks; the same start goes on. */
    @Test
    void cutAtEveryMessage(TestDatabase database) {
        int messages = messagesOfARun(database);
        Trial trial = Trial.of("50-cut", "connection cut at every message of a run, before and after it", messages * 2);
        trial.run(
                round -> {
                    Database.clear(database.jdbcUrl());
                    // few rounds are spread over the run
                    int point = Trial.isFullSize() ? round : 1 + trial.random().nextInt(messages * 2);
                    Cut side = Cut.values()[point % 2];
                    return cut(database, (point + 1) / 2, side);
                },
                () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
    }

    private Duration cut(TestDatabase database, int message, Cut side) {
        AtomicLong at = new AtomicLong(System.nanoTime());
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.cutAtClientMessage(message, side).onClientMessage(seen -> {
                if (seen.number() == message) {
                    at.set(System.nanoTime());
                }
            });
            RunReport report = MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                    .connectionRetry(Host.RETRIES, Duration.ofMillis(50))
                    .build()
                    .migrate()
                    .orThrow();
            assertThat(report.applied()).isEqualTo(FaultSet.SIZE);
            return Duration.ofNanos(System.nanoTime() - at.get());
        }
    }

    private int messagesOfARun(TestDatabase database) {
        try (WireProxy proxy = WireProxy.to(database)) {
            MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                    .build()
                    .migrate()
                    .orThrow();
            return proxy.clientMessages();
        }
    }

    @Test
    void darkUnderALease(TestDatabase database) {
        Trial trial = Trial.of("51-dark-lease", "network goes dark, lease of 4 s: another node goes on", 10);
        trial.run(round -> goDark(trial, database, LockType.LEASE), () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
    }

    /** Minutes: only in full size. */
    @Test
    void darkUnderTheAdvisoryLock(TestDatabase database) {
        assumeThat(Trial.isFullSize()).as("full size").isTrue();
        Trial trial = Trial.of("52-dark-advisory", "network goes dark, advisory: another node goes on", 3);
        trial.run(
                round -> goDark(trial, database, LockType.ADVISORY),
                () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
    }

    /** Until another node has done the rest; the one in the dark must come to an end by itself, too. */
    private Duration goDark(Trial trial, TestDatabase database, LockType lock) throws Exception {
        Database.clear(database.jdbcUrl());
        CountDownLatch started = new CountDownLatch(1);
        try (WireProxy proxy = WireProxy.to(database)) {
            CompletableFuture<Boolean> inTheDark = CompletableFuture.supplyAsync(
                    () -> succeeds(node(proxy.jdbcUrl(database), lock).connectionRetry(0, Duration.ZERO), started));
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            long moment = trial.momentWithin(Duration.ofMillis(600)).toNanos();
            if (ends(inTheDark, moment)) {
                return goDark(trial, database, lock);
            }
            proxy.blackHole();
            long at = System.nanoTime();
            node(database.jdbcUrl(), lock).build().migrate().orThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - at);
            assertThat(inTheDark.get(CLIENT_BOUND.toSeconds(), TimeUnit.SECONDS))
                    .as("it could not succeed")
                    .isFalse();
            System.out.printf(
                    Locale.ROOT,
                    "in the dark, %s: another node after %d ms, the client gave up after %d ms%n",
                    lock,
                    took.toMillis(),
                    (System.nanoTime() - at) / 1_000_000);
            return took;
        }
    }

    private static boolean ends(CompletableFuture<Boolean> run, long nanos) throws Exception {
        try {
            run.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private MigratorBuilder node(String url, LockType lock) {
        return MigrateMain.migrator(url, folder.location())
                .lockType(lock)
                .lockLease(Duration.ofSeconds(4))
                .lockWait(Duration.ofMinutes(3));
    }

    private static boolean succeeds(MigratorBuilder builder, CountDownLatch started) {
        try {
            builder.listener(event -> {
                        if (event instanceof MigrationEvent.RunStarted) {
                            started.countDown();
                        }
                    })
                    .build()
                    .migrate()
                    .orThrow();
            return true;
        } catch (MigratorException e) {
            return false;
        }
    }
}
