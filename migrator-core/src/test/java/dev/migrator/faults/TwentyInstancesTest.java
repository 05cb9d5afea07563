package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise 1 and 2: twenty instances start at once on an empty database. {@code -Dmigrator.test.rounds} says how often
 * (default 5); every fifth round's instances are processes of their own, four of them.
 */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(900)
class TwentyInstancesTest {

    private static final int INSTANCES = 20;
    private static final int PROCESSES = 4;
    private static final int ROUNDS = Integer.getInteger("migrator.test.rounds", 5);

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
        CrashSet.write(folder);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void eachMigrationOnceNoErrorOneConnectionAnInstance(LockType type, TestDatabase database) {
        for (int round = 1; round <= ROUNDS; round++) {
            CrashSet.clear(database);
            if (round % 5 == 0) {
                processes(database, type);
            } else {
                threads(database, type);
            }
            CrashSet.verify(database, "round " + round);
            CrashSet.verifyNoLock(database, "round " + round);
        }
        System.out.printf(
                Locale.ROOT, "%d instances at once (%s): %d rounds, each migration once%n", INSTANCES, type, ROUNDS);
    }

    private void threads(TestDatabase database, LockType type) {
        List<WireProxy> all = new ArrayList<>();
        List<Callable<RunReport>> instances = new ArrayList<>();
        try {
            for (int i = 0; i < INSTANCES; i++) {
                WireProxy proxy = WireProxy.to(database);
                all.add(proxy);
                Migrator migrator = MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                        .lockType(type)
                        .build();
                instances.add(() -> migrator.migrate().orThrow());
            }
            List<RunReport> reports = Race.run(instances);
            assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(CrashSet.SIZE);
            assertThat(all).allSatisfy(proxy -> {
                assertThat(proxy.maxOpenConnections()).isEqualTo(1);
                assertThat(proxy.connectionsOpened()).isEqualTo(1);
            });
        } finally {
            all.forEach(WireProxy::close);
        }
    }

    private void processes(TestDatabase database, LockType type) {
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                children.add(ChildJvm.of(MigrateMain.class, database.jdbcUrl(), folder.location(), "0", type.name())
                        .jvmArgs("-Xshare:auto", "-XX:+UseSerialGC")
                        .start());
            }
            for (ChildJvm child : children) {
                assertThat(child.waitFor(Duration.ofSeconds(60)))
                        .as(child.output())
                        .isZero();
            }
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    @Test
    void allComeUpWhereTheRoleMayHaveEightConnections(TestDatabase database) {
        String user = database.createUser("crowd");
        database.execute(
                "GRANT CREATE, USAGE ON SCHEMA public TO " + user, "ALTER ROLE " + user + " CONNECTION LIMIT 8");

        List<RunReport> reports = Race.run(
                INSTANCES,
                () -> MigrateMain.migrator(database.urlFor(user), folder.location())
                        .connectionRetry(200, Duration.ofMillis(100))
                        .build()
                        .migrate()
                        .orThrow());

        assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(CrashSet.SIZE);
        CrashSet.verify(database, "with room for eight");
        database.execute("DROP OWNED BY " + user + " CASCADE");
    }
}
