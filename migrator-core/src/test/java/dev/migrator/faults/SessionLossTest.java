package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.lock.LockType;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.testkit.ClientMessage;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OwnServer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The session or its server goes away in the middle: the same start goes on; limits of others are not ours. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(180)
class SessionLossTest {

    private MigrationFolder folder;
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private MigratorBuilder migrator(String url) {
        return MigrateMain.migrator(url, folder.location())
                .connectionRetry(200, Duration.ofMillis(50))
                .listener(events::add);
    }

    private long retries() {
        return events.stream()
                .filter(MigrationEvent.ConnectionRetried.class::isInstance)
                .count();
    }

    /** Waits in its second statement until the gate's row is there. */
    private static String slow(int k) {
        return String.format(Locale.ROOT, """
                INSERT INTO log VALUES (%d);
                DO $$ BEGIN
                    FOR i IN 1..6000 LOOP
                        EXIT WHEN EXISTS (SELECT FROM gate);
                        PERFORM pg_sleep(0.01);
                    END LOOP;
                END $$;
                """, k);
    }

    private void writeWithSlowSecond(TestDatabase database) {
        database.execute("CREATE SCHEMA app", "CREATE TABLE app.log (k int)", "CREATE TABLE app.gate (id int)");
        folder.write("001-first.sql", "INSERT INTO app.log VALUES (1);")
                .write("002-slow.sql", slow(2).replace("log", "app.log").replace("gate", "app.gate"))
                .write("003-last.sql", "INSERT INTO app.log VALUES (3);");
    }

    private static void assertOnce(TestDatabase database) {
        assertThat(database.query("SELECT k FROM app.log ORDER BY k"))
                .extracting(row -> row.get("k"))
                .containsExactly(1, 2, 3);
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Integer.class))
                .isEqualTo(3);
    }

    /** A lease of a minute and a wait of two seconds: whoever does not give it back waits for itself. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aTerminatedBackendIsReplacedWithinTheSameStart(LockType type, TestDatabase database) throws Exception {
        writeWithSlowSecond(database);
        CompletableFuture<RunReport> run = inBackground(migrator(database.jdbcUrl())
                .lockType(type)
                .lockLease(Duration.ofMinutes(1))
                .lockWait(Duration.ofSeconds(2))
                .build());
        String slow = " FROM pg_stat_activity WHERE application_name LIKE 'migrator%002-slow' AND query <> ''";
        Await.until("it is in the slow migration", () -> database.value("SELECT count(*) = 1" + slow, Boolean.class));

        database.execute("SELECT pg_terminate_backend(pid)" + slow, "INSERT INTO app.gate VALUES (1)");

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().results())
                .extracting(result -> result.outcome())
                .containsExactly(Outcome.APPLIED, Outcome.APPLIED, Outcome.APPLIED);
        assertThat(retries()).isEqualTo(1);
        assertOnce(database);
    }

    /** Every message that the server acts on, before and after; the run's report is as if nothing had happened. */
    @Test
    void aConnectionLostAtAnyMessageIsReplacedAndTheReportIsWhole(TestDatabase database) {
        for (int k = 1; k <= 4; k++) {
            folder.write(
                    String.format(Locale.ROOT, "%03d-a.sql", k),
                    String.format(Locale.ROOT, "CREATE TABLE t%d (id int);", k));
        }
        folder.write("005-index.sql", "CREATE INDEX CONCURRENTLY t1_id ON t1 (id);\nINSERT INTO t1 VALUES (1);");
        int n = 0;
        for (boolean reached = true; reached; ) {
            n++;
            for (Cut side : Cut.values()) {
                CrashSet.clear(database);
                try (WireProxy proxy = WireProxy.to(database)) {
                    proxy.cutAtClientMessage(n, side);
                    RunReport report =
                            migrator(proxy.jdbcUrl(database)).build().migrate().orThrow();
                    List<ClientMessage> log = proxy.log();
                    reached = log.size() >= n;
                    String at = reached ? log.get(n - 1) + " " + side : "the end";
                    assertThat(report.results())
                            .as("cut at %s", at)
                            .extracting(result -> result.migration().version() + " " + result.outcome())
                            .containsExactly("001 APPLIED", "002 APPLIED", "003 APPLIED", "004 APPLIED", "005 APPLIED");
                    assertThat(database.value("SELECT count(*) FROM t1", Integer.class))
                            .as("cut at %s", at)
                            .isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idle_in_transaction_session_timeout",
                "idle_session_timeout",
                "statement_timeout",
                "transaction_timeout"
            })
    void aLimitOfTheRoleInTheDatabaseIsNotOurs(String limit, TestDatabase database) {
        boolean known = database.value("SELECT count(*) FROM pg_settings WHERE name = ?", Integer.class, limit) == 1;
        assumeThat(known).as("the server knows %s", limit).isTrue();
        database.execute("ALTER ROLE CURRENT_USER IN DATABASE " + database.name() + " SET " + limit + " = '100ms'");
        database.execute("ALTER DATABASE " + database.name() + " SET " + limit + " = '100ms'");
        String wait = "SELECT pg_sleep(0.3);\n";
        folder.write("001-first.sql", "CREATE TABLE first (id int);\n" + wait)
                .write("002-joined.sql", wait + "CREATE TABLE joined (id int);\n")
                .write("003-large.sql", "SELECT '" + "x".repeat(300_000) + "';\n" + wait + "SELECT 1;\n")
                .write(
                        "004-stepwise.sql",
                        "-- migrator: no-transaction\n" + wait + "VACUUM first;\n" + "BEGIN;\nSELECT 1;\n" + wait
                                + "COMMIT;\n")
                .write("005-apart.sql", "-- migrator: retries=0\n" + wait + wait);

        try (WireProxy slow = WireProxy.to(database)) {
            // a session that waits for its client is idle
            slow.latency(limit.startsWith("idle") ? Duration.ofMillis(150) : Duration.ZERO);
            RunReport report = migrator(slow.jdbcUrl(database))
                    .lockRetry(RetryPolicy.forLocks().withRetries(0))
                    .build()
                    .migrate();

            assertThat(report.orThrow().applied()).isEqualTo(5);
            assertThat(retries()).isZero();
        }
    }

    /** Too short even to read the history: it ends the first session, and those after it ask to be spared. */
    @Test
    void aTransactionTimeoutOfTheRoleThatIsTooShortToLookIsLifted(TestDatabase database) {
        assumeThat(database.server().majorVersion()).isGreaterThanOrEqualTo(17);
        String service = database.createUser("service");
        database.execute(
                "GRANT ALL ON SCHEMA public TO " + service,
                "ALTER ROLE " + service + " SET transaction_timeout = '1ms'");
        folder.write("001-first.sql", "CREATE TABLE first (id int);\nSELECT pg_sleep(0.1);");

        assertThat(migrator(database.urlFor(service))
                        .build()
                        .migrate()
                        .orThrow()
                        .applied())
                .isEqualTo(1);

        assertThat(retries()).isLessThanOrEqualTo(1);
    }

    @Test
    void aTrackingTableThatSomebodyHasLockedIsWaitedForWithinTheSameStart(TestDatabase database) throws Exception {
        database.execute("CREATE SCHEMA app", "CREATE TABLE app.log (k int)");
        folder.write("001-first.sql", "INSERT INTO app.log VALUES (1);");
        migrator(database.jdbcUrl()).build().migrate().orThrow();
        folder.write("002-slow.sql", "INSERT INTO app.log VALUES (2);")
                .write("003-last.sql", "INSERT INTO app.log VALUES (3);");
        try (Connection application = database.connect();
                Statement statement = application.createStatement()) {
            statement.execute("BEGIN; LOCK TABLE schema_migrations");
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> migrator(database.jdbcUrl())
                    .lockTimeout(Duration.ofMillis(50))
                    .build()
                    .migrate());
            Await.until("it tries again, or has failed", () -> retries() > 0 || run.isDone());
            statement.execute("ROLLBACK");

            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(2);
        }
        assertOnce(database);
    }

    @Test
    void theFailureNamesTheLimitThatEndedTheSession(TestDatabase database) {
        assumeThat(database.server().majorVersion()).isGreaterThanOrEqualTo(17);
        folder.write("001-first.sql", "SET transaction_timeout = '20ms';\nSELECT pg_sleep(10);");

        assertThatThrownBy(() -> migrator(database.jdbcUrl())
                        .connectionRetry(0, Duration.ZERO)
                        .build()
                        .migrate())
                .hasMessageContainingAll(
                        "terminating connection due to transaction timeout",
                        "transaction_timeout has ended it",
                        "ALTER ROLE … SET transaction_timeout = 0");
    }

    @ParameterizedTest
    @CsvSource({
        "25P03, idle_in_transaction_session_timeout",
        "25P04, transaction_timeout",
        "57P05, idle_session_timeout",
        "57014, statement_timeout"
    })
    void aLimitThatCantBeLiftedIsNamed(String sqlState, String setting) {
        ConnectionDetails details = ConnectionDetails.of("jdbc:postgresql://localhost/shop", "shop", null);
        SQLException ended = new SQLException("FATAL: ended", sqlState);

        assertThat(List.of(ConnectionTrouble.explain(ended, details), ConnectionTrouble.refused(ended, details)))
                .allSatisfy(trouble ->
                        assertThat(trouble.first().action()).startsWith(setting).contains("SET " + setting + " = 0"));
    }

    /** Its own server: what is committed survives, because this one is durable. */
    @Test
    void aServerThatCrashesInTheMiddleIsWaitedForWithinTheSameStart(@TempDir Path data) throws Exception {
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            server.execute("CREATE SCHEMA app", "CREATE TABLE app.log (k int)", "CREATE TABLE app.gate (id int)");
            folder.write("001-first.sql", "INSERT INTO app.log VALUES (1);")
                    .write("002-slow.sql", slow(2).replace("log", "app.log").replace("gate", "app.gate"))
                    .write("003-last.sql", "INSERT INTO app.log VALUES (3);");
            CompletableFuture<RunReport> run =
                    inBackground(migrator(server.url()).build());
            String slow = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrator%002-slow'";
            Await.until("it is in the slow migration", () -> "1".equals(server.value(slow)));

            server.crashAndRestart();

            server.execute("INSERT INTO app.gate VALUES (1)");
            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(3);
            assertThat(retries()).isPositive();
            assertThat(server.value("SELECT string_agg(k::text, ' ' ORDER BY k) FROM app.log"))
                    .isEqualTo("1 2 3");
        }
    }

    private static CompletableFuture<RunReport> inBackground(Migrator migrator) {
        return CompletableFuture.supplyAsync(migrator::migrate);
    }
}
