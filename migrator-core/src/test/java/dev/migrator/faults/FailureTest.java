package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ClientMessage;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A migration that fails: rolled back, told, and nothing that should not run after it does. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class FailureTest {

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private MigratorBuilder migrator(String url) {
        return MigrateMain.migrator(url, folder.location());
    }

    private static String history(TestDatabase database) {
        return String.join(
                " ",
                database
                        .query("SELECT version || ':' || status AS row FROM schema_migrations ORDER BY version")
                        .stream()
                        .map(row -> (String) row.get("row"))
                        .toList());
    }

    private void writeOneThatFails() {
        folder.write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-broken.sql", "CREATE TABLE broken (id int);\nSELECT 1/0;")
                .write("003-free.sql", "CREATE TABLE free (id int);")
                .write("004-dependent.sql", "-- migrator: depends=002-broken\nCREATE TABLE dependent (id int);")
                .write("005-second.sql", "-- migrator: depends=004-dependent\nCREATE TABLE dependent2 (id int);")
                .write("006-last.sql", "-- migrator: depends=003-free\nCREATE TABLE last (id int);");
    }

    @Test
    void theFirstFailureStopsTheRun(TestDatabase database) {
        writeOneThatFails();

        RunReport report = migrator(database.jdbcUrl()).build().migrate();

        assertThat(report.results())
                .extracting(result -> result.outcome())
                .containsExactly(
                        Outcome.APPLIED,
                        Outcome.FAILED,
                        Outcome.NOT_TRIED,
                        Outcome.NOT_TRIED,
                        Outcome.NOT_TRIED,
                        Outcome.NOT_TRIED);
        assertThat(history(database)).isEqualTo("001:success 002:failed");
    }

    @Test
    void withoutStopWhatDoesNotDependOnItGoesOnAndTheRunStillFails(TestDatabase database) {
        writeOneThatFails();

        RunReport report =
                migrator(database.jdbcUrl()).stopOnError(false).build().migrate();

        assertThat(report.isSuccess()).isFalse();
        assertThat(report.results())
                .extracting(result -> result.outcome())
                .containsExactly(
                        Outcome.APPLIED,
                        Outcome.FAILED,
                        Outcome.APPLIED,
                        Outcome.NOT_TRIED,
                        Outcome.NOT_TRIED,
                        Outcome.APPLIED);
        assertThat(history(database)).isEqualTo("001:success 002:failed 003:success 006:success");
        assertThat(database.exists("broken")).isFalse();
    }

    /** The connection is lost at each message of a run with a failure, and replaced. */
    @Test
    void aLostConnectionNeverMakesTheRunPassItsFailure(TestDatabase database) {
        writeOneThatFails();
        int n = 0;
        for (boolean reached = true; reached; ) {
            n++;
            for (Cut side : Cut.values()) {
                CrashSet.clear(database);
                try (WireProxy proxy = WireProxy.to(database)) {
                    proxy.cutAtClientMessage(n, side);
                    RunReport report = migrator(proxy.jdbcUrl(database))
                            .connectionRetry(3, Duration.ofMillis(5))
                            .build()
                            .migrate();
                    reached = proxy.clientMessages() >= n;
                    List<ClientMessage> log = proxy.log();
                    String at = reached ? log.get(n - 1) + " " + side : "the end";
                    assertThat(report.failed())
                            .as("failures when cut at %s", at)
                            .isEqualTo(1);
                    assertThat(history(database)).as("cut at %s", at).isEqualTo("001:success 002:failed");
                }
            }
        }
    }

    @Test
    void aDeferredUniqueConstraintFailsAtCommitAndIsToldAsFailed(TestDatabase database) {
        folder.write("001-table.sql", "CREATE TABLE t (id int, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED);")
                .write("002-twice.sql", "INSERT INTO t VALUES (1), (1);");

        RunReport report = migrator(database.jdbcUrl()).build().migrate();

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.results().get(1).problem().description()).contains("t_id_key");
        assertThat(history(database)).isEqualTo("001:success 002:failed");
        assertThat(database.value("SELECT count(*) FROM t", Integer.class)).isZero();
    }

    @Test
    void theRunsTimeOutCancelsWhatRunsAndRecordsIt(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE first (id int);")
                .write(
                        "002-endless.sql",
                        "-- migrator: retries=0\nCREATE TABLE endless (id int);\nSELECT pg_sleep(60);")
                .write("003-last.sql", "CREATE TABLE last (id int);");

        RunReport report = migrator(database.jdbcUrl())
                .timeout(Duration.ofSeconds(2))
                .build()
                .migrate();

        assertThat(report.duration()).isLessThan(Duration.ofSeconds(20));
        assertThat(report.results())
                .extracting(result -> result.outcome())
                .containsExactly(Outcome.APPLIED, Outcome.FAILED, Outcome.NOT_TRIED);
        assertThat(report.results().get(1).problem().code()).isEqualTo(ProblemCode.RUN_TIMEOUT);
        assertThat(history(database)).isEqualTo("001:success 002:failed");
        assertThat(database.exists("endless")).isFalse();
    }

    @Test
    void theRunsTimeOutEndsTheWaitForTheLockToo(TestDatabase database) throws Exception {
        folder.write("001-first.sql", "CREATE TABLE first (id int);").write("002-endless.sql", "SELECT pg_sleep(60);");
        try (WireProxy proxy = WireProxy.to(database)) {
            Thread holder = new Thread(() -> {
                try {
                    migrator(proxy.jdbcUrl(database))
                            .connectionRetry(0, Duration.ZERO)
                            .build()
                            .migrate();
                } catch (MigratorException expected) {
                    Thread.currentThread().interrupt();
                }
            });
            holder.start();
            Await.until(
                    "the first one holds the lock",
                    () -> database.value(
                            "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name LIKE '%002-endless'",
                            Boolean.class));

            long startedAt = System.nanoTime();
            MigratorException over = catchThrowableOfType(
                    MigratorException.class,
                    () -> migrator(database.jdbcUrl())
                            .timeout(Duration.ofSeconds(1))
                            .build()
                            .migrate());
            assertThat(over.first().code()).isEqualTo(ProblemCode.RUN_TIMEOUT);
            // before its connection would be cut off as that of a server that does not answer
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(8));
            database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%002-endless'");
            holder.join(20_000);
        }
    }
}
