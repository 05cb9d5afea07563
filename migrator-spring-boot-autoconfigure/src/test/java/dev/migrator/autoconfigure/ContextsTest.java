package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.lock.LockKey;
import dev.migrator.problem.MigratorException;
import dev.migrator.testkit.FakeServer;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Contexts in transactions, in pairs, one after the other, interrupted, and without a database for a while. */
@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class ContextsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LOCK = LockKey.of("public", "schema_migrations").value();

    /** Of a pool's thread, for example: the service's files are found without its help. */
    private static final ClassLoader ANOTHER = ClassLoader.getPlatformClassLoader();

    private MigrationFolder folder;
    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path) {
        // some of the log's lines are what a test waits for
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel("dev.migrator", LogLevel.INFO);
        folder = new MigrationFolder(path.resolve("migrations")).write("001-first.sql", "CREATE TABLE first (id int);");
        runner = StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        MigratorAutoConfiguration.class))
                .withPropertyValues("migrator.locations=" + folder.location());
    }

    private ApplicationContextRunner on(TestDatabase database) {
        return runner.withPropertyValues("spring.datasource.url=" + database.jdbcUrl());
    }

    private static void start(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        StartedByTheTest.start(context);
    }

    /** A limit for machines with much else to do; what is waited for takes moments. */
    private static ConditionFactory patiently() {
        return await().atMost(LIMIT);
    }

    private static void hold(Statement statement, long lock) throws SQLException {
        statement.execute("SELECT pg_advisory_lock(" + lock + ")");
    }

    @Test
    void aRunInsideATransactionHasItsOwnAndCommitsByItself(TestDatabase database) {
        on(database).run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                    .executeWithoutResult(transaction -> {
                        jdbc.execute("CREATE TABLE rolled_back (id int)");
                        context.getBean(Migrator.class).migrate().orThrow();
                        assertThat(jdbc.queryForObject("SELECT count(*) FROM first", Long.class))
                                .isZero();
                        transaction.setRollbackOnly();
                    });
        });
        assertThat(database.exists("first")).isTrue();
        assertThat(database.exists("rolled_back")).isFalse();
    }

    @Test
    void aPoolWithoutAutoCommitLeavesNothingUncommitted(TestDatabase database) {
        on(database)
                .withPropertyValues("spring.datasource.hikari.auto-commit=false")
                .run(ContextsTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void twoContextsAtOnceApplyEachMigrationOnce(TestDatabase database) throws Exception {
        folder.write("002-second.sql", "SELECT pg_sleep(0.2); CREATE TABLE second (id int);");
        atOnce(() -> on(database).run(ContextsTest::start), () -> on(database).run(ContextsTest::start));

        assertThat(database.query("SELECT migration_name, status, attempts FROM schema_migrations ORDER BY id"))
                .extracting(Object::toString)
                .containsExactly(
                        "{migration_name=001-first, status=success, attempts=1}",
                        "{migration_name=002-second, status=success, attempts=1}");
    }

    @Test
    void twoContextsAtOnceOnTwoDatabasesDoNotMeet(TestDatabase database) throws Exception {
        try (TestDatabase other = TestDatabase.create()) {
            atOnce(() -> on(database).run(ContextsTest::start), () -> on(other).run(ContextsTest::start));
            assertThat(database.exists("first") && other.exists("first")).isTrue();
        }
    }

    private static void atOnce(Runnable... starts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(starts.length);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (Runnable start : starts) {
                all.add(threads.submit(start));
            }
            for (Future<?> one : all) {
                one.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** As a restart of the developer tools: a new class loader with new files, in the same JVM. */
    @Test
    void aSecondContextSeesItsOwnFilesAndTheFirstLeavesNothing(TestDatabase database, @TempDir Path path)
            throws IOException {
        ApplicationContextRunner fromClassPath =
                on(database).withPropertyValues("migrator.locations=classpath*:db/migration/");
        ClassLoader gone;
        try (URLClassLoader before = classPath(path.resolve("before"), "001-first")) {
            gone = before;
            fromClassPath.withClassLoader(before).run(ContextsTest::start);
        }
        patiently()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("migrator"))
                        .noneMatch(thread -> thread.getContextClassLoader() == gone));
        patiently()
                .untilAsserted(() -> assertThat(database.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND pid <> pg_backend_pid()",
                                Long.class))
                        .isZero());

        try (URLClassLoader after = classPath(path.resolve("after"), "001-first", "002-second")) {
            fromClassPath
                    .withClassLoader(after)
                    .withInitializer(context -> Thread.currentThread().setContextClassLoader(ANOTHER))
                    .run(ContextsTest::start);
        }
        assertThat(database.value("SELECT count(*) FROM schema_migrations", Integer.class))
                .isEqualTo(2);
    }

    private static URLClassLoader classPath(Path root, String... migrations) throws IOException {
        MigrationFolder files = new MigrationFolder(root.resolve("db/migration"));
        for (String name : migrations) {
            files.write(name + ".sql", "CREATE TABLE t_" + name.substring(0, 3) + " (id int);");
        }
        return new URLClassLoader(new URL[] {root.toUri().toURL()}, ContextsTest.class.getClassLoader());
    }

    @Test
    void anInterruptedThreadBeginsNothingAndStaysInterrupted(TestDatabase database) {
        on(database).run(context -> {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> start(context))
                        .isInstanceOf(MigratorException.class)
                        .hasMessage("migration run: The run was interrupted before it opened a connection.\n"
                                + "  -> Start again: what was applied is recorded.");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        });
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void anInterruptEndsTheWaitForTheLock(TestDatabase database, CapturedOutput output) throws Exception {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            hold(statement, LOCK);
            Outcome outcome = interruptedWhen(
                    on(database),
                    () -> patiently()
                            .until(() -> output.getOut().contains("Waiting for another session that migrates")));

            assertThat(outcome.failure())
                    .hasMessage(
                            "migration lock: The run was interrupted while it waited. What was applied until then is"
                                    + " recorded.\n  -> Start again when you want it to go on: what was applied is recorded.");
            assertThat(outcome.interrupted()).isTrue();
        }
        assertThat(database.exists("first")).isFalse();
    }

    private record Outcome(Throwable failure, boolean interrupted) {}

    /** Starts on a thread of its own and interrupts it at the given moment. */
    private static Outcome interruptedWhen(ApplicationContextRunner service, Runnable moment) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> service.run(context -> {
            if (context.getStartupFailure() != null) {
                failure.set(context.getStartupFailure().getCause());
            } else {
                failure.set(catchThrowable(() -> start(context)));
            }
            interrupted.set(Thread.interrupted());
        }));
        thread.start();
        moment.run();
        thread.interrupt();
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).isFalse();
        return new Outcome(failure.get(), interrupted.get());
    }

    @Test
    void verifyingWaitsForADatabaseThatIsAway() throws IOException {
        try (FakeServer server = FakeServer.thatRefuses("57P03", "the database system is starting up")) {
            runner.withPropertyValues(
                            "spring.datasource.url=jdbc:postgresql://127.0.0.1:" + server.port() + "/x?user=app",
                            "migrator.auto-migrate=false",
                            "migrator.retry.count=2",
                            "migrator.retry.delay=10ms")
                    .run(context -> assertThatThrownBy(() -> start(context))
                            .hasMessageContaining("The server is starting up or shutting down"));
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void verifyingGoesOnWhenTheDatabaseIsBack(TestDatabase database, CapturedOutput output) {
        on(database).run(ContextsTest::start);
        try (WireProxy proxy = WireProxy.to(database).cutAtClientMessage(1, WireProxy.Cut.BEFORE_FORWARDING)) {
            runner.withPropertyValues(
                            "spring.datasource.url=" + proxy.jdbcUrl(database),
                            "migrator.auto-migrate=false",
                            "migrator.retry.delay=10ms")
                    .run(ContextsTest::start);
        }
        assertThat(output).containsOnlyOnce("Trying again in 10 ms").contains("nothing is pending");
    }
}
