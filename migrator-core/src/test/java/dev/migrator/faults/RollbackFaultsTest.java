package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.RollbackReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ClientMessage;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A way back takes effect exactly once too: the k-th down script writes -k into a table that takes every number as often
 * as it comes.
 */
@PostgresTest
@ExtendWith(Quiet.class)
@Tag("exactly-once")
@Timeout(300)
class RollbackFaultsTest {

    private static final int SIZE = 4;

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path).write("000-log.sql", "CREATE TABLE log (k int);");
        for (int k = 1; k <= SIZE; k++) {
            folder.write(
                            String.format(Locale.ROOT, "%03d-step.up.sql", k),
                            String.format(
                                    Locale.ROOT, "CREATE TABLE t%1$d (id int); INSERT INTO log VALUES (%1$d);", k))
                    .write(
                            String.format(Locale.ROOT, "%03d-step.down.sql", k),
                            String.format(Locale.ROOT, "INSERT INTO log VALUES (-%1$d); DROP TABLE t%1$d;", k));
        }
    }

    private Migrator migrator(String url) {
        return MigrateMain.migrator(url, folder.location())
                .connectionRetry(0, Duration.ZERO)
                .build();
    }

    private static List<Integer> log(TestDatabase database) {
        return database.query("SELECT k FROM log ORDER BY k").stream()
                .map(row -> (Integer) row.get("k"))
                .toList();
    }

    private static List<String> applied(TestDatabase database) {
        return database
                .query("SELECT migration_name FROM schema_migrations WHERE status = 'success' ORDER BY id")
                .stream()
                .map(row -> (String) row.get("migration_name"))
                .toList();
    }

    private void migrated(TestDatabase database) {
        CrashSet.clear(database);
        migrator(database.jdbcUrl()).migrate().orThrow();
    }

    private List<ClientMessage> messagesOfARollback(TestDatabase database) {
        migrated(database);
        try (WireProxy proxy = WireProxy.to(database)) {
            migrator(proxy.jdbcUrl(database)).rollback(RollbackOptions.steps(3)).orThrow();
            return proxy.log();
        }
    }

    @Test
    void lostConnectionAtEveryMessageLeavesAllOfAStepOrNothing(TestDatabase database) {
        List<ClientMessage> messages = messagesOfARollback(database);
        for (ClientMessage message : messages) {
            for (Cut side : Cut.values()) {
                migrated(database);
                cutAt(database, message.number(), side);
                verifyAndFinish(database, message + " " + side);
            }
        }
        assertThat(messages).hasSizeGreaterThan(10);
    }

    private void cutAt(TestDatabase database, int n, Cut side) {
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.cutAtClientMessage(n, side);
            try {
                migrator(proxy.jdbcUrl(database)).rollback(RollbackOptions.steps(3));
            } catch (MigratorException e) {
                assertThat(e.problems()).extracting(Problem::code).containsOnly(ProblemCode.CONNECTION);
            }
        }
        CrashSet.verifyNoLock(database, "cut at " + n + " " + side);
    }

    /** What is gone from the history is gone from the schema, and the other way round; then the rest goes too. */
    private void verifyAndFinish(TestDatabase database, String when) {
        List<String> left = applied(database);
        for (int k = 1; k <= SIZE; k++) {
            boolean isApplied = left.contains(String.format(Locale.ROOT, "%03d-step", k));
            assertThat(database.exists("t" + k)).as("t%s, %s", k, when).isEqualTo(isApplied);
        }
        if (!left.contains("004-step") && left.contains("002-step")) {
            migrator(database.jdbcUrl())
                    .rollback(RollbackOptions.to("001-step"))
                    .orThrow();
        } else if (left.contains("002-step")) {
            migrator(database.jdbcUrl()).rollback(RollbackOptions.steps(3)).orThrow();
        }
        assertThat(applied(database)).as(when).containsExactly("000-log", "001-step");
        assertThat(log(database)).as(when).containsExactly(-4, -3, -2, 1, 2, 3, 4);
        assertThat(database.value(
                        "SELECT count(*) FROM schema_migrations_log WHERE action = 'rollback' AND outcome = 'success'",
                        Long.class))
                .as(when)
                .isEqualTo(3);
    }

    @Test
    void aLostSessionIsReplacedAndNothingMoreThanChosenIsTakenBack(TestDatabase database) {
        int commits = messagesOfARollback(database).size();
        for (int n = commits - 8; n <= commits - 2; n++) {
            migrated(database);
            try (WireProxy proxy = WireProxy.to(database)) {
                proxy.cutAtClientMessage(n, Cut.AFTER_FORWARDING);
                RollbackReport report = MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                        .connectionRetry(5, Duration.ofMillis(200))
                        .build()
                        .rollback(RollbackOptions.steps(3));
                assertThat(report.orThrow().results())
                        .as("cut at %s", n)
                        .extracting(result -> result.migration() + " " + result.outcome())
                        .containsExactly("004-step ROLLED_BACK", "003-step ROLLED_BACK", "002-step ROLLED_BACK");
            }
            assertThat(log(database)).as("cut at %s", n).containsExactly(-4, -3, -2, 1, 2, 3, 4);
        }
    }

    @Test
    void twoRollbacksOfTheLastOneTakeOneBack(TestDatabase database) {
        for (int round = 0; round < 5; round++) {
            migrated(database);
            List<RollbackReport> reports =
                    Race.run(2, () -> migrator(database.jdbcUrl()).rollback(RollbackOptions.lastOne()));
            assertThat(reports).allMatch(RollbackReport::isSuccess);
            assertThat(reports.stream().mapToInt(RollbackReport::rolledBack).sum())
                    .as("two that began one after the other may take back two")
                    .isEqualTo(log(database).stream().filter(k -> k < 0).count());
            assertThat(log(database)).doesNotHaveDuplicates();
        }
    }

    /** While one rollback holds the lock, the other has chosen the same: it must not take the next one. */
    @Test
    void whoWaitedForTheSameOneTakesNothingElse(TestDatabase database) throws Exception {
        migrated(database);
        List<RollbackReport> second = new CopyOnWriteArrayList<>();
        Thread[] other = new Thread[1];
        MigratorBuilder first = MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .listener(event -> {
                    if (event instanceof MigrationEvent.RollbackStarted) {
                        other[0] = new Thread(
                                () -> second.add(migrator(database.jdbcUrl()).rollback(RollbackOptions.lastOne())));
                        other[0].start();
                        Await.until("the second one waits", () -> waiting(database));
                    }
                });

        first.build().rollback(RollbackOptions.lastOne()).orThrow();
        other[0].join();

        assertThat(second.get(0).results())
                .extracting(result -> result.migration() + " " + result.outcome())
                .containsExactly("004-step " + Outcome.ROLLED_BACK_ELSEWHERE);
        assertThat(log(database)).containsExactly(-4, 1, 2, 3, 4);
    }

    private static boolean waiting(TestDatabase database) {
        return database.value(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'migrator waiting %')",
                Boolean.class);
    }

    /** While a rollback waits, a migration comes on top of what it has chosen: it must not take that from under it. */
    @Test
    void whatWasAppliedOnTopMeanwhileStopsTheRollback(TestDatabase database) throws Exception {
        migrated(database);
        folder.write("005-next.sql", "CREATE TABLE t5 (id int);");
        List<MigratorException> refused = new CopyOnWriteArrayList<>();
        Thread rollback = new Thread(() -> {
            try {
                migrator(database.jdbcUrl()).rollback(RollbackOptions.lastOne());
            } catch (MigratorException e) {
                refused.add(e);
            }
        });
        MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .listener(event -> {
                    if (event instanceof MigrationEvent.RunStarted) {
                        rollback.start();
                        Await.until("the rollback waits", () -> waiting(database));
                    }
                })
                .build()
                .migrate()
                .orThrow();
        rollback.join();

        assertThat(refused).singleElement().satisfies(e -> {
            assertThat(e.first().code()).isEqualTo(ProblemCode.REFUSED);
            assertThat(e.first().subject()).isEqualTo("005-next");
        });
        assertThat(log(database)).containsExactly(1, 2, 3, 4);
        assertThat(applied(database)).contains("004-step", "005-next");
    }

    /** As soon as the rollback holds the lock, "another node" without it takes the same one back. */
    @Test
    void theFenceHoldsWithoutTheLock(TestDatabase database) {
        migrated(database);
        RollbackReport report = MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .listener(event -> {
                    if (event instanceof MigrationEvent.RollbackStarted) {
                        database.execute("DELETE FROM schema_migrations WHERE migration_name = '004-step'");
                    }
                })
                .build()
                .rollback(RollbackOptions.lastOne());

        assertThat(report.results()).extracting("outcome").containsExactly(Outcome.ROLLED_BACK_ELSEWHERE);
        assertThat(log(database)).containsExactly(1, 2, 3, 4);
        assertThat(database.exists("t4")).isTrue();
    }

    @Test
    void aRollbackBesideMigrateEndsInOneOfTheTwoOrders(TestDatabase database) {
        for (int round = 0; round < 5; round++) {
            migrated(database);
            folder.write("005-next.up.sql", "CREATE TABLE t5 (id int);").write("005-next.down.sql", "DROP TABLE t5;");
            List<List<Problem>> problems = Race.run(List.of(
                    () -> problems(() -> migrator(database.jdbcUrl()).migrate().orThrow()),
                    () -> problems(() -> migrator(database.jdbcUrl())
                            .rollback(RollbackOptions.lastOne())
                            .orThrow())));
            folder.remove("005-next.up.sql").remove("005-next.down.sql");
            assertThat(problems.get(0)).isEmpty();
            assertThat(problems.get(1)).extracting(Problem::code).allMatch(code -> code == ProblemCode.REFUSED);
            for (String name : List.of("004-step", "005-next")) {
                assertThat(database.exists("t" + name.charAt(2)))
                        .as("%s in round %s", name, round)
                        .isEqualTo(applied(database).contains(name));
            }
            assertThat(log(database).stream().filter(k -> k == -4).count()).isLessThanOrEqualTo(1);
        }
    }

    private static List<Problem> problems(Runnable work) {
        try {
            work.run();
            return List.of();
        } catch (MigratorException e) {
            return e.problems();
        }
    }
}
