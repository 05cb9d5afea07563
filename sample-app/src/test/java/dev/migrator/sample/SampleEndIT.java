package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.lock.LockKey;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the jar ends: refused, or told to by a platform, in the middle of something. */
@PostgresTest
class SampleEndIT {

    private static final int MIGRATIONS = 29;
    private static final int SIGTERM = 128 + 15;
    private static final int GATE = 4711;
    private static final Duration AT_ONCE = Duration.ofSeconds(30);
    private static final String OWN = "classpath*:db/migration/";

    private static void hold(Statement statement, long lock) throws SQLException {
        statement.execute("SELECT pg_advisory_lock(" + lock + ")");
    }

    private static long migratorSessions(TestDatabase database, String condition) {
        String sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'migrator%'" + condition;
        return database.value(sql, Long.class);
    }

    private static void awaitNoSession(TestDatabase database) {
        await().atMost(AT_ONCE)
                .untilAsserted(() -> assertThat(migratorSessions(database, "")).isZero());
    }

    private static long applied(TestDatabase database) {
        return database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Long.class);
    }

    private static SampleProcess startOn(TestDatabase database, String mode, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--migrator.startup.mode=" + mode;
        arguments[1] = "--migrator.ddl.lock-timeout=60s";
        System.arraycopy(more, 0, arguments, 2, more.length);
        return SampleProcess.start(
                database.jdbcUrl(), Map.of("MANAGEMENT_ENDPOINT_HEALTH_SHOW_DETAILS", "never"), arguments);
    }

    @Test
    void withoutAutoMigrateItNamesWhatFailedAndWhatIsPendingAndRunsNeither(TestDatabase database, @TempDir Path path) {
        MigrationFolder more = new MigrationFolder(path).write("20260101-broken.sql", "SELECT nothing;");
        // by the application itself: it alone has the migrations in Java
        Step.ofSample(
                Map.of("DATABASE_URL", Step.address(database)),
                "--migrator.command=migrate",
                "--migrator.locations=" + OWN + "," + more.location());
        more.write("20260101-broken.sql", "SELECT 1;").write("20260102-next.sql", "CREATE TABLE next (id int);");

        try (SampleProcess verifying = SampleProcess.start(
                database.jdbcUrl(),
                Map.of("AUTO_MIGRATE", "false"),
                "--migrator.locations=" + OWN + "," + more.location())) {
            assertThat(verifying.exitCode()).isEqualTo(1);
            assertThat(verifying.output())
                    .contains("1. 20260101-broken: It failed when it was run last (try 1): ")
                    .contains("1 migration is pending: 20260102-next. This service does not migrate (AUTO_MIGRATE,"
                            + " migrator.auto-migrate=false).")
                    .contains("Run the migrations first, by a deployment step or one start with AUTO_MIGRATE=true;");
        }
        assertThat(database.exists("next")).isFalse();
        assertThat(applied(database)).isEqualTo(MIGRATIONS);
    }

    @Test
    void withoutAutoMigrateItWaitsForADatabaseThatIsAway() {
        try (SampleProcess verifying = SampleProcess.start(
                "jdbc:postgresql://127.0.0.1:1/loyalty?user=app&password=Top-Secret-1",
                Map.of("AUTO_MIGRATE", "false", "MIGRATION_RETRY_COUNT", "2", "MIGRATION_RETRY_DELAY", "0"))) {
            assertThat(verifying.exitCode()).isEqualTo(1);
            assertThat(verifying.output().split("Trying again in 0 ms", -1)).hasSize(3);
            assertThat(verifying.output())
                    .contains("127.0.0.1:1/loyalty: The database can't be used: ")
                    .doesNotContain("Top-Secret-1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runner", "early"})
    void terminatedWhileItWaitsForTheLockItEndsAtOnce(String mode, TestDatabase database) throws SQLException {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            hold(statement, LockKey.of("public", "schema_migrations").value());
            try (SampleProcess sample = startOn(database, mode, "--migrator.lock.timeout=10m")) {
                sample.awaitOutput("Waiting for another session that migrates");
                assertThat(sample.terminate(AT_ONCE)).isEqualTo(SIGTERM);
            }
            awaitNoSession(database);
        }
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"runner", "early"})
    void terminatedWhileItMigratesItEndsAtOnceLeavesNothingHalfDoneAndTheNextStartHeals(
            String mode, TestDatabase database, @TempDir Path path) throws SQLException {
        String locations = "--migrator.locations=" + OWN + ","
                + new MigrationFolder(path)
                        .write("20260101-slow.sql", "CREATE TABLE half (id int); SELECT pg_advisory_xact_lock(4711);")
                        .location();
        try (Connection gate = database.connect();
                Statement statement = gate.createStatement()) {
            hold(statement, GATE);
            try (SampleProcess sample = startOn(database, mode, locations)) {
                sample.awaitOutput("Applied 20251125-welcome-bonus");
                await().atMost(AT_ONCE).until(() -> migratorSessions(database, " AND wait_event_type = 'Lock'") == 1);
                if (mode.equals("runner")) {
                    tellsNothingToStrangers(sample);
                }
                assertThat(sample.terminate(AT_ONCE)).isEqualTo(SIGTERM);
            }
            // while the gate is closed: a server that has the whole message would still go through an open one
            awaitNoSession(database);
        }
        assertThat(database.exists("half")).isFalse();
        assertThat(applied(database)).isEqualTo(MIGRATIONS);
        assertThat(database.value("SELECT error_message FROM schema_migrations WHERE status = 'failed'", String.class))
                .contains("cancelled because the process ends");

        try (SampleProcess next = startOn(database, mode, locations)) {
            next.awaitReady();
        }
        assertThat(database.exists("half")).isTrue();
        assertThat(applied(database)).isEqualTo(MIGRATIONS + 1);
    }

    /** With show-details=never: no host, user, name, or error. */
    private static void tellsNothingToStrangers(SampleProcess sample) {
        assertThat(sample.body("/actuator/health"))
                .isEqualTo("{\"groups\":[\"liveness\",\"readiness\"],\"status\":\"OUT_OF_SERVICE\"}");
        assertThat(sample.body("/actuator/health/readiness")).isEqualTo("{\"status\":\"OUT_OF_SERVICE\"}");
    }
}
