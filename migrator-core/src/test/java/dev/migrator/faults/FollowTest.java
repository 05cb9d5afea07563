package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Whoever waits for another node sees what it does, waits while it gets on, and names it when it does not. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class FollowTest {

    private final List<MigrationEvent.Following> seen = new CopyOnWriteArrayList<>();
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        database.execute("CREATE SCHEMA test", "CREATE TABLE test.gate (id int)");
    }

    private MigratorBuilder migrator(TestDatabase database, LockType type) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .lockType(type)
                .lockLease(Duration.ofSeconds(5));
    }

    private MigratorBuilder follower(TestDatabase database, LockType type) {
        return migrator(database, type).listener(event -> {
            if (event instanceof MigrationEvent.Following following) {
                seen.add(following);
            }
        });
    }

    private static CompletableFuture<RunReport> inBackground(MigratorBuilder migrator) {
        return CompletableFuture.supplyAsync(() -> migrator.build().migrate().orThrow());
    }

    private static void awaitIn(TestDatabase database, String migration) {
        Await.until(
                "the leader is in " + migration,
                () -> database.value(
                        "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name LIKE 'migrator%" + migration
                                + "'",
                        Boolean.class));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aFollowerSeesWhatTheLeaderIsAt(LockType type, TestDatabase database) throws Exception {
        folder.write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-slow.sql", """
                        DO $$ BEGIN
                            WHILE NOT EXISTS (SELECT FROM test.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
                        END $$;
                        """)
                .write("003-c.sql", "CREATE TABLE c (id int);");
        CompletableFuture<RunReport> leader = inBackground(migrator(database, type));
        awaitIn(database, "002-slow");

        CompletableFuture<RunReport> follower = inBackground(follower(database, type));
        Await.until("the follower sees it", () -> !seen.isEmpty());
        database.execute("INSERT INTO test.gate VALUES (1)");

        assertThat(leader.get(60, TimeUnit.SECONDS).applied()).isEqualTo(3);
        assertThat(follower.get(60, TimeUnit.SECONDS).applied()).isZero();
        MigrationEvent.Following first = seen.get(0);
        assertThat(String.valueOf(first.current())).isEqualTo("002-slow");
        // the first one was done before the follower made its plan
        assertThat(first.planned()).hasToString("[002-slow, 003-c]");
        assertThat(first.applied()).isEmpty();
        assertThat(first.holder()).contains("migrator: service 002-slow");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void progressOfTheLeaderIsWaitedForBeyondTheTimeOut(LockType type, TestDatabase database) throws Exception {
        for (int k = 1; k <= 9; k++) {
            folder.write("00" + k + "-t.sql", "-- migrator: retries=1\nSELECT pg_sleep(0.5);");
        }
        CompletableFuture<RunReport> leader = inBackground(migrator(database, type));
        awaitIn(database, "001-t");

        RunReport report = follower(database, type)
                .lockWait(Duration.ofMillis(2500))
                .build()
                .migrate()
                .orThrow();

        assertThat(report.applied()).isZero();
        assertThat(leader.get(60, TimeUnit.SECONDS).applied()).isEqualTo(9);
        assertThat(seen)
                .extracting(following -> following.applied().size())
                .isSorted()
                .hasSizeGreaterThan(2);
    }
}
