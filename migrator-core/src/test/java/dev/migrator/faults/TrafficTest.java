package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3, never in the way: what an application does at the same time costs retries, not failures and not its time. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class TrafficTest {

    private MigrationFolder folder;
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        database.execute("CREATE SCHEMA app", "CREATE TABLE app.a (id int)", "CREATE TABLE app.b (id int)");
    }

    private CompletableFuture<RunReport> migrate(TestDatabase database, Duration lockTimeout) {
        return migrate(database, lockTimeout, RetryPolicy.forLocks());
    }

    private CompletableFuture<RunReport> migrate(TestDatabase database, Duration lockTimeout, RetryPolicy lockRetry) {
        return CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .lockTimeout(lockTimeout)
                .lockRetry(lockRetry)
                .listener(events::add)
                .build()
                .migrate());
    }

    private long retries() {
        return events.stream()
                .filter(MigrationEvent.MigrationRetried.class::isInstance)
                .count();
    }

    /** Two, and more only where the machine has so much else to do that the look comes too late. */
    private long triesUntilTheBlockerIsSeen() {
        Await.until(
                "it has seen who is in the way",
                () -> events.stream()
                        .anyMatch(event -> event instanceof MigrationEvent.MigrationRetried retried
                                && !retried.waitedFor().isEmpty()));
        assertThat(retries()).isBetween(2L, 5L);
        return retries();
    }

    private static boolean waitsForLock(TestDatabase database) {
        return database.value(
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'migrator%' AND wait_event_type = 'Lock'",
                Boolean.class);
    }

    /** The application's session waits longer before it looks for a deadlock, so ours is the one that is shot. */
    @Test
    void aDeadlockWithTheApplicationIsRetried(TestDatabase database) throws Exception {
        folder.write(
                "001-both.sql",
                "-- migrator: lock-timeout=20s\nALTER TABLE app.b ADD COLUMN word text;\nALTER TABLE app.a ADD COLUMN word text;");
        try (OpenTransaction application =
                OpenTransaction.of(database, "SET LOCAL deadlock_timeout = '30s'", "INSERT INTO app.a VALUES (1)")) {
            CompletableFuture<RunReport> run = migrate(database, Duration.ofSeconds(20));
            Await.until("ours has b and waits for a", () -> waitsForLock(database));

            application.execute("INSERT INTO app.b VALUES (1)");
            application.commit();

            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        }
        assertThat(retries()).isPositive();
        assertThat(database.value("SELECT count(word) FROM app.a", Integer.class))
                .isZero();
    }

    @Test
    void aShortLockTimeOutOfTheDatabaseIsNotOurs(TestDatabase database) throws Exception {
        database.execute("ALTER DATABASE " + database.name() + " SET lock_timeout = '100ms'");
        folder.write("001-alter.sql", "-- migrator: lock-timeout=20s\nALTER TABLE app.a ADD COLUMN word text;");
        CompletableFuture<RunReport> run;
        try (OpenTransaction application = OpenTransaction.of(database, "SELECT count(*) FROM app.a")) {
            run = migrate(database, Duration.ofSeconds(20));
            Await.until("ours waits for the table", () -> waitsForLock(database));
            application.execute("SELECT pg_sleep(0.5)");
            application.commit();
        }

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        assertThat(retries()).isZero();
    }

    @Test
    void aBlockerCostsRetriesAndReadersBehindItWaitNoLongerThanTheLockTimeout(TestDatabase database) throws Exception {
        Duration blocked = Duration.ofMillis(2_000);
        folder.write("001-alter.sql", "ALTER TABLE app.a ADD COLUMN word text;");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Duration> worst;
        int blocker;
        CompletableFuture<RunReport> run;
        try (OpenTransaction application = OpenTransaction.of(database, "SELECT count(*) FROM app.a")) {
            blocker = application.pid();
            worst = CompletableFuture.supplyAsync(() -> worstRead(database, over));
            run = migrate(database, Duration.ofMillis(200));
            Await.until("ours waits for the table", () -> waitsForLock(database));
            application.execute("SELECT pg_sleep(" + blocked.toMillis() / 1000.0 + "), count(*) FROM app.a");
            assertThat(run).isNotDone();
            application.commit();
        }

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        over.set(true);
        assertThat(retries()).isPositive();
        assertThat(worst.get()).isLessThan(blocked.dividedBy(2));
        assertThat(events)
                .filteredOn(MigrationEvent.MigrationRetried.class::isInstance)
                .last(InstanceOfAssertFactories.type(MigrationEvent.MigrationRetried.class))
                .satisfies(event -> assertThat(event.problem().text())
                        .contains("It waited for pid " + blocker + " (", "count(*) FROM app.a"));
        System.out.printf(
                Locale.ROOT,
                "blocked for %d ms, worst read %d ms, %d retries%n",
                blocked.toMillis(),
                worst.get().toMillis(),
                retries());
    }

    /** Code of a user is no worse for those behind it than a file, and the whole of it is called again. */
    @Test
    void aMigrationInJavaLeavesTheQueueToo(TestDatabase database) throws Exception {
        Duration blocked = Duration.ofMillis(2_000);
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Duration> worst;
        CompletableFuture<RunReport> run;
        try (OpenTransaction application = OpenTransaction.of(database, "SELECT count(*) FROM app.a")) {
            worst = CompletableFuture.supplyAsync(() -> worstRead(database, over));
            run = CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.jdbcUrl(), folder.location())
                    .listener(events::add)
                    .dataMigrations(new AlteringCode(calls))
                    .build()
                    .migrate());
            Await.until("ours waits for the table", () -> waitsForLock(database));
            application.execute("SELECT pg_sleep(" + blocked.toMillis() / 1000.0 + "), count(*) FROM app.a");
            application.commit();
        }

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        over.set(true);
        assertThat(worst.get()).isLessThan(blocked.dividedBy(2));
        assertThat(calls.get()).isEqualTo(1 + (int) retries()).isGreaterThan(1);
        assertThat(database.value("SELECT count(*) FROM app.b", Integer.class)).isEqualTo(1);
        assertThat(events)
                .filteredOn(MigrationEvent.MigrationRetried.class::isInstance)
                .last(InstanceOfAssertFactories.type(MigrationEvent.MigrationRetried.class))
                .satisfies(event -> assertThat(event.problem().text()).contains("It waited for pid "));
    }

    private record AlteringCode(AtomicInteger calls) implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("001-alter");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            calls.incrementAndGet();
            context.jdbc().sql("INSERT INTO app.b VALUES (1)").update();
            return MigrationResult.success(
                    context.jdbc().sql("ALTER TABLE app.a ADD COLUMN word text").update());
        }
    }

    /** The last try fails with the name of whoever was in the way; the next start does it. */
    @Test
    void whoNeverGivesWayIsNamedByTheFailure(TestDatabase database) throws Exception {
        folder.write("001-alter.sql", "-- migrator: retries=3\nALTER TABLE app.a ADD COLUMN word text;");
        try (OpenTransaction application =
                OpenTransaction.of(database, "SELECT count(*) AS never_gives_way FROM app.a")) {
            long startedAt = System.nanoTime();

            RunReport report = MigrateMain.migrator(database.jdbcUrl(), folder.location())
                    .lockTimeout(Duration.ofMillis(200))
                    .lockRetry(new RetryPolicy(20, Duration.ofMillis(50), Duration.ofSeconds(6), true, null))
                    .build()
                    .migrate();

            assertThat(report.failed()).isEqualTo(1);
            assertThat(report.results().get(0).problem().description())
                    .contains("It waited for pid ", "idle in transaction", "never_gives_way");
            // in the queue for 100, 100, 200 and 200 ms; out of it for 6 s after each try that saw the blocker: a busy
            // machine's look may come too late for one of them
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThan(Duration.ofSeconds(6));
        }
        assertThat(migrate(database, Duration.ofMillis(200)).get().orThrow().applied())
                .isEqualTo(1);
    }

    /** Tries in vain are what stops readers: an old transaction is waited for without a place in the queue. */
    @Test
    void aTransactionThatHasTheTableForLongIsWaitedForOutsideOfTheQueue(TestDatabase database) throws Exception {
        folder.write("001-alter.sql", "ALTER TABLE app.a ADD COLUMN word text;");
        try (OpenTransaction application = OpenTransaction.of(database, "SELECT count(*) FROM app.a")) {
            CompletableFuture<RunReport> run = migrate(database, Duration.ofSeconds(3));
            long tries = triesUntilTheBlockerIsSeen();
            application.execute("SELECT pg_sleep(8)");
            assertThat(retries()).isEqualTo(tries);
            application.commit();
            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
            assertThat(retries()).isEqualTo(tries);
        }
    }

    /** The transaction goes on, but its lock is given back: nobody waits for its end, nor for the longest pause. */
    @Test
    void aLockThatIsGivenBackWithinATransactionIsNoticed(TestDatabase database) throws Exception {
        folder.write("001-alter.sql", "ALTER TABLE app.a ADD COLUMN word text;");
        RetryPolicy longerThanTheTest =
                new RetryPolicy(20, Duration.ofMillis(50), Duration.ofMinutes(10), true, Duration.ofMinutes(10));
        try (OpenTransaction application =
                OpenTransaction.of(database, "SELECT 1; SAVEPOINT s; SELECT count(*) FROM app.a")) {
            CompletableFuture<RunReport> run = migrate(database, Duration.ofSeconds(3), longerThanTheTest);
            triesUntilTheBlockerIsSeen();
            application.execute("ROLLBACK TO s");

            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
            application.commit();
        }
    }

    /** A file that goes step by step has the same manners: short tries, the blocker named, a failure with an end. */
    @Test
    void aStepOfAFileWithoutTransactionGivesWayToo(TestDatabase database) throws Exception {
        folder.write(
                "001-steps.sql",
                "-- migrator: no-transaction retries=2\nINSERT INTO app.b VALUES (1);\n"
                        + "ALTER TABLE app.a ADD COLUMN word text;");
        try (OpenTransaction application =
                OpenTransaction.of(database, "SELECT count(*) AS never_gives_way FROM app.a")) {
            RunReport report = MigrateMain.migrator(database.jdbcUrl(), folder.location())
                    .lockRetry(new RetryPolicy(20, Duration.ofMillis(50), Duration.ofSeconds(1), true, null))
                    .listener(events::add)
                    .build()
                    .migrate();

            assertThat(report.results().get(0).problem().description())
                    .contains(
                            "It waited for pid ",
                            "idle in transaction",
                            "never_gives_way",
                            "1 of its statements are done");
            assertThat(events)
                    .filteredOn(MigrationEvent.MigrationRetried.class::isInstance)
                    .last(InstanceOfAssertFactories.type(MigrationEvent.MigrationRetried.class))
                    .satisfies(event -> assertThat(event.waitedFor())
                            .singleElement()
                            .asString()
                            .contains("idle in transaction"));
        }
        assertThat(migrate(database, Duration.ofMillis(200)).get().orThrow().applied())
                .isEqualTo(1);
        assertThat(database.value("SELECT count(*) FROM app.b", Integer.class)).isEqualTo(1);
    }

    /** It blocks no traffic and has no time-out: it says what it waits for instead. */
    @Test
    void aConcurrentIndexBuildSaysWhomItWaitsFor(TestDatabase database) throws Exception {
        folder.write("001-index.sql", "CREATE INDEX CONCURRENTLY a_id ON app.a (id);");
        try (OpenTransaction application = OpenTransaction.of(database, "INSERT INTO app.a VALUES (1)")) {
            int pid = application.pid();
            CompletableFuture<RunReport> run = migrate(database, Duration.ofMillis(200));

            Await.until(
                    "it says so",
                    () -> events.stream()
                            .anyMatch(event -> event instanceof MigrationEvent.IndexBuilding building
                                    && building.progress()
                                            .equals("waiting for writers before build, waits for pid " + pid
                                                    + " (testkit, user "
                                                    + database.server().user()
                                                    + ", idle in transaction)")));
            assertThat(run).isNotDone();
            application.commit();

            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        }
    }

    private static Duration worstRead(TestDatabase database, AtomicBoolean over) {
        long worst = 0;
        try (Connection reader = database.connect();
                Statement statement = reader.createStatement()) {
            while (!over.get()) {
                long startedAt = System.nanoTime();
                statement.execute("SELECT count(*) FROM app.a");
                worst = Math.max(worst, System.nanoTime() - startedAt);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Duration.ofNanos(worst);
    }
}
