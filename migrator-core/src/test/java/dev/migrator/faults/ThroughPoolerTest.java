package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PgBouncer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real PgBouncer stands between the service and its database. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(300)
class ThroughPoolerTest {

    private static final int SIZE = 20;
    private static final int INSTANCES = 20;
    private static final int ROUNDS = Integer.getInteger("migrator.test.rounds", 5);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private MigratorBuilder migrator(String url) {
        return MigrateMain.migrator(url, folder.location()).listener(events::add);
    }

    /** Half of them share messages, the others go alone; one is large, one copies. */
    private void writeSet() {
        folder.write("001-log.sql", "CREATE TABLE log (k int);\nINSERT INTO log VALUES (1);\n");
        for (int k = 2; k <= SIZE; k++) {
            String text =
                    String.format(Locale.ROOT, "CREATE TABLE t%1$d (id int);\nINSERT INTO log VALUES (%1$d);\n", k);
            String more = switch (k) {
                case 5 -> "COPY t5 FROM STDIN;\n1\n2\n\\.\n";
                case 6 -> "SELECT '" + "x".repeat(300_000) + "';\nSELECT pg_sleep(0.01);\n";
                default -> "";
            };
            folder.write(
                    String.format(Locale.ROOT, "%03d-t.sql", k),
                    (k % 2 == 0 ? "-- migrator: retries=5\n" : "") + text + more);
        }
    }

    private static void verify(TestDatabase database, String when) {
        assertThat(database.query("SELECT k FROM log ORDER BY k"))
                .as("effects, %s", when)
                .extracting(row -> row.get("k"))
                .hasSize(SIZE)
                .doesNotHaveDuplicates();
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Integer.class))
                .as("history, %s", when)
                .isEqualTo(SIZE);
        assertThat(database.value("SELECT count(*) FROM migration_locks WHERE expires_at > now()", Integer.class))
                .as("leases, %s", when)
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"transaction,''", "session,''", "'transaction','ignore_startup_parameters = extra_float_digits,options'"
    })
    void instancesAtOnceBesideTrafficApplyEachMigrationOnce(String mode, String more, TestDatabase database)
            throws Exception {
        writeSet();
        int sessions = mode.equals("session") ? INSTANCES + 5 : 4;
        try (PgBouncer bouncer = PgBouncer.before(database, mode, sessions, more);
                BusyClient traffic = new BusyClient(bouncer.jdbcUrl(database))) {
            String url = bouncer.jdbcUrl(database);
            for (int round = 1; round <= ROUNDS; round++) {
                CrashSet.clear(database);
                List<RunReport> reports = Race.run(
                        Duration.ofSeconds(120),
                        Collections.nCopies(
                                INSTANCES, () -> migrator(url).build().migrate().orThrow()));
                assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(SIZE);
                verify(database, "round " + round);
            }
        }
        System.out.printf(
                Locale.ROOT, "%d instances through PgBouncer (%s %s): %d rounds%n", INSTANCES, mode, more, ROUNDS);
    }

    /** Whoever gets the server process next finds nothing of ours, and the statements that the pooler keeps there. */
    @Test
    void nothingOfAMigrationReachesTheApplicationsSessions(TestDatabase database) throws Exception {
        folder.write("001-app.sql", "CREATE SCHEMA app;\nCREATE TABLE app.t (id int);\n")
                .write("002-leaks.sql", """
                        SET search_path = app;
                        SET statement_timeout = '7s';
                        SET application_name = 'leaked';
                        PREPARE leaked AS SELECT 1;
                        CREATE TEMP TABLE leaked (id int);
                        SELECT pg_advisory_lock(4711);
                        INSERT INTO t VALUES (1);
                        """)
                .write("003-fails.sql", "SET work_mem = '77MB';\nSELECT pg_advisory_lock(4712);\nSELECT 1 / 0;\n");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 1)) {
            String url = bouncer.jdbcUrl(database) + "&prepareThreshold=0";
            try (Connection application = DriverManager.getConnection(url);
                    Statement statement = application.createStatement()) {
                String before = state(statement);

                RunReport report = migrator(bouncer.jdbcUrl(database)).build().migrate();

                assertThat(report.failed()).isEqualTo(1);
                assertThat(state(statement)).isEqualTo(before);
            }
            assertThat(database.query("SELECT objid FROM pg_locks WHERE locktype = 'advisory'"))
                    .isEmpty();
        }
        assertThat(database.value("SELECT count(*) FROM app.t", Integer.class)).isEqualTo(1);
    }

    private static String state(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                SELECT concat_ws(' ', current_setting('search_path'), current_setting('statement_timeout'),
                                 current_setting('lock_timeout'), current_setting('work_mem'),
                                 current_setting('application_name'), to_regclass('leaked') IS NULL,
                                 (SELECT count(*) FROM pg_prepared_statements WHERE from_sql))""")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void theSettingsOfAMigrationHoldWithinItsTransaction(TestDatabase database) {
        folder.write(
                "001-settings.sql",
                "CREATE TABLE seen AS SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout',"
                        + " 'statement_timeout', 'search_path', 'application_name');");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 2)) {
            migrator(bouncer.jdbcUrl(database))
                    .schema("app")
                    .createSchema(true)
                    .lockTimeout(Duration.ofMillis(55))
                    .statementTimeout(Duration.ofMillis(5678))
                    .build()
                    .migrate()
                    .orThrow();
        }

        assertThat(database.query("SELECT name, setting FROM app.seen ORDER BY name"))
                .extracting(row -> row.get("name") + "=" + row.get("setting"))
                .containsExactly(
                        "application_name=migrator: service 001-settings",
                        "lock_timeout=55",
                        "search_path=app, \"$user\", public",
                        "statement_timeout=5678");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void anAdvisoryLockIsRefusedBeforeAnythingRuns(String mode, TestDatabase database) {
        writeSet();
        try (PgBouncer bouncer = PgBouncer.before(database, mode, 4)) {
            Migrator migrator = migrator(bouncer.jdbcUrl(database))
                    .lockType(LockType.ADVISORY)
                    .build();

            assertThatThrownBy(migrator::migrate)
                    .isInstanceOfSatisfying(
                            MigratorException.class,
                            e -> assertThat(e.first().code()).isEqualTo(ProblemCode.POOLED_CONNECTION))
                    .hasMessageContaining("migrator.lock.type")
                    .hasMessageContaining("migrator.url");
        }
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void aFileThatNeedsASessionIsRefusedBeforeAnythingRunsAndInADryRun(TestDatabase database) {
        folder.write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-index.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 4)) {
            Migrator migrator = migrator(bouncer.jdbcUrl(database)).build();

            assertThat(migrator.validate())
                    .anySatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.POOLED_CONNECTION));
            assertThatThrownBy(migrator::migrate)
                    .isInstanceOf(MigratorException.class)
                    .hasMessageContaining("002-index.sql")
                    .hasMessageContaining("migrator.url");
        }
        assertThat(database.exists("a")).isFalse();
        assertThat(migrator(database.jdbcUrl()).build().migrate().orThrow().applied())
                .isEqualTo(2);
    }

    /** Whoever was told of a pooler that is not there hears which setting says so. */
    @Test
    void aPoolerThatWasToldByMistakeIsNamedAsASetting(TestDatabase database) {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        assertThatThrownBy(() -> migrator(database.jdbcUrl())
                        .pooled(true)
                        .lockType(LockType.ADVISORY)
                        .build()
                        .migrate())
                .hasMessageContaining("migrator.pooler=transaction");
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);");
        assertThatThrownBy(
                        () -> migrator(database.jdbcUrl()).pooled(true).build().migrate())
                .hasMessageContaining("migrator.pooler=transaction");
        assertThat(database.exists("a")).isFalse();
    }

    @Test
    void statusAndValidateReadThroughIt(TestDatabase database) {
        writeSet();
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 2)) {
            Migrator migrator = migrator(bouncer.jdbcUrl(database)).build();
            assertThat(migrator.pending()).hasSize(SIZE);
            migrator.migrate().orThrow();

            assertThat(migrator.status().statistics().total()).isEqualTo(SIZE);
            assertThat(migrator.pending()).isEmpty();
            assertThat(migrator.validate()).isEmpty();
        }
    }

    /** A process is killed in the middle; its lease ends, and another one goes on without a hand. */
    @Test
    void aKilledInstanceIsFollowedByAnother(TestDatabase database) throws Exception {
        database.execute("CREATE SCHEMA test", "CREATE TABLE test.gate (id int)");
        folder.write("001-a.sql", "CREATE TABLE log (k int);\nINSERT INTO log VALUES (1);\n")
                .write("002-b.sql", """
                        INSERT INTO log VALUES (2);
                        DO $$ BEGIN
                            WHILE NOT EXISTS (SELECT FROM test.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
                        END $$;
                        """)
                .write("003-c.sql", "INSERT INTO log VALUES (3);\n");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 4);
                ChildJvm child = ChildJvm.of(MigrateMain.class, bouncer.jdbcUrl(database), folder.location(), "0")
                        .start()) {
            Await.until(
                    "the child is in 002",
                    () -> database.value(
                            "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name LIKE 'migrator%002-b'"
                                    + " AND state = 'active'",
                            Boolean.class));
            child.kill();
            // behind a pooler the server works on for a dead client
            database.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE"
                            + " 'migrator%002-b'",
                    "INSERT INTO test.gate VALUES (1)");
            long startedAt = System.nanoTime();

            assertThat(migrator(bouncer.jdbcUrl(database))
                            .build()
                            .migrate()
                            .orThrow()
                            .isSuccess())
                    .isTrue();
            System.out.printf(
                    Locale.ROOT,
                    "killed behind PgBouncer: another one was through after %d ms (lease 20 s)%n",
                    (System.nanoTime() - startedAt) / 1_000_000);
        }
        assertThat(database.query("SELECT k FROM log ORDER BY k").toString()).isEqualTo("[{k=1}, {k=2}, {k=3}]");
    }

    /** Some of the nodes go through the pooler, the others do not: still one at a time. */
    @Test
    void nodesBehindItAndBesideItTogetherApplyEachMigrationOnce(TestDatabase database) {
        writeSet();
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 4)) {
            for (int round = 1; round <= ROUNDS; round++) {
                CrashSet.clear(database);
                List<Callable<RunReport>> nodes = new ArrayList<>();
                for (int i = 0; i < INSTANCES; i++) {
                    String url = i % 2 == 0 ? bouncer.jdbcUrl(database) : database.jdbcUrl();
                    nodes.add(() -> migrator(url).build().migrate().orThrow());
                }
                List<RunReport> reports = Race.run(Duration.ofSeconds(120), nodes);
                assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(SIZE);
                verify(database, "round " + round);
            }
        }
        assertThat(events).noneMatch(MigrationEvent.Noted.class::isInstance);
    }
}
