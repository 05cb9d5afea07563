package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faults.MigrateMain;
import dev.migrator.faultsuite.Host.Order;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at a random moment: half of them anywhere between the order to migrate and the end, half of them while
 * migrations run. The time to recover is that of the next start, from the death on.
 */
@FaultSuite
@PostgresTest
class KilledProcessTest {

    private static final int LEASE_MS = 2_000;

    @TempDir
    private Path files;

    @Test
    void transactionalSet(TestDatabase database) throws Exception {
        killed(Trial.of("10-kill-a", "SIGKILL, transactional set", 67), FaultSet.TRANSACTIONAL, database);
    }

    @Test
    void statementwiseSet(TestDatabase database) throws Exception {
        killed(Trial.of("10-kill-b", "SIGKILL, non-transactional set", 67), FaultSet.STATEMENTWISE, database);
    }

    @Test
    void mixedSet(TestDatabase database) throws Exception {
        killed(Trial.of("10-kill-c", "SIGKILL, mixed set", 67), FaultSet.MIXED, database);
    }

    @Test
    void killedUnderALease(TestDatabase database) throws Exception {
        killed(
                Trial.of("11-kill-lease", "SIGKILL, mixed set, lease of 2 s", 20),
                FaultSet.MIXED,
                database.jdbcUrl(),
                LockType.LEASE);
    }

    private void killed(Trial trial, FaultSet set, TestDatabase database) throws Exception {
        killed(trial, set, database.jdbcUrl(), LockType.ADVISORY);
    }

    private void killed(Trial trial, FaultSet set, String url, LockType lock) throws Exception {
        MigrationFolder folder = new MigrationFolder(files);
        set.write(folder);
        Order order = new Order(1, 1, lock, LEASE_MS, folder.location(), url);
        Duration usual = unharmed(order, set);
        trial.run(round -> killAndStartAgain(trial, order, usual), () -> Facts.of(url, set));
    }

    private static Duration unharmed(Order order, FaultSet set) {
        try (HostJvm host = new HostJvm().awaitReady()) {
            long startedAt = System.nanoTime();
            host.begin(order);
            assertThat(host.awaitApplied(order)).isEqualTo(FaultSet.SIZE);
            Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
            assertThat(Facts.of(order.url(), set).isClean()).isTrue();
            return took;
        }
    }

    private static Duration killAndStartAgain(Trial trial, Order order, Duration usual) {
        do {
            Database.clear(order.url());
        } while (!isKilled(trial, order, usual));
        long diedAt = System.nanoTime();
        MigrateMain.migrator(order.url(), order.location())
                .lockType(order.lock())
                .lockLease(Duration.ofMillis(order.lease()))
                .build()
                .migrate()
                .orThrow();
        return Duration.ofNanos(System.nanoTime() - diedAt);
    }

    /** False when it was through before: such a round does not count. */
    private static boolean isKilled(Trial trial, Order order, Duration usual) {
        try (HostJvm host = new HostJvm().awaitReady()) {
            host.begin(order);
            boolean anywhere = trial.random().nextBoolean();
            if (!anywhere) {
                host.awaitStarted(order);
            }
            if (host.endsWithin(order, trial.momentWithin(anywhere ? usual : usual.dividedBy(2)))) {
                return false;
            }
            host.kill();
            return true;
        }
    }
}
