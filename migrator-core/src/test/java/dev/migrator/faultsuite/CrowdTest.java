package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faultsuite.Host.Order;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PgBouncer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty instances at once on an empty database, five in each of four processes; all of them must come up. */
@FaultSuite
@PostgresTest
class CrowdTest {

    private static final int PROCESSES = 4;
    private static final int INSTANCES = 20;
    private static final int LEASE_MS = 20_000;

    @TempDir
    private Path files;

    @Test
    void advisory(TestDatabase database) throws Exception {
        crowd(
                Trial.of("20-crowd-advisory", "20 instances at once, advisory lock", 50),
                FaultSet.MIXED,
                LockType.ADVISORY,
                database.jdbcUrl(),
                database.jdbcUrl());
    }

    @Test
    void lease(TestDatabase database) throws Exception {
        crowd(
                Trial.of("21-crowd-lease", "20 instances at once, lease", 50),
                FaultSet.MIXED,
                LockType.LEASE,
                database.jdbcUrl(),
                database.jdbcUrl());
    }

    /** All of them share ten server processes. */
    @Test
    void throughPgBouncer(TestDatabase database) throws Exception {
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 10)) {
            crowd(
                    Trial.of("22-crowd-pgbouncer", "20 instances at once, through PgBouncer", 50),
                    FaultSet.TRANSACTIONAL,
                    LockType.AUTO,
                    bouncer.jdbcUrl(database),
                    database.jdbcUrl());
        }
    }

    private void crowd(Trial trial, FaultSet set, LockType lock, String url, String direct) throws Exception {
        MigrationFolder folder = new MigrationFolder(files);
        set.write(folder);
        List<HostJvm> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                hosts.add(new HostJvm());
            }
            hosts.forEach(HostJvm::awaitReady);
            trial.run(
                    round -> {
                        Database.clear(direct);
                        return atOnce(
                                hosts, new Order(round, INSTANCES / PROCESSES, lock, LEASE_MS, folder.location(), url));
                    },
                    () -> Facts.of(direct, set));
        } finally {
            hosts.forEach(HostJvm::close);
        }
    }

    private static Duration atOnce(List<HostJvm> hosts, Order order) {
        long startedAt = System.nanoTime();
        hosts.forEach(host -> host.begin(order));
        int applied = hosts.stream().mapToInt(host -> host.awaitApplied(order)).sum();
        assertThat(applied).as("applied by all of them together").isEqualTo(FaultSet.SIZE);
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
