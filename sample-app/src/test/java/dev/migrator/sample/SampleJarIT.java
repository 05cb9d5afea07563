package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, started as a platform starts it: what it prints, answers, and exits with. */
@PostgresTest
class SampleJarIT {

    private static final int MIGRATIONS = 29;
    private static final int COPIES = 8;
    private static final Map<String, String> NOTHING = Map.of();

    /** A quicker start where many start on few processors; migrations must not be lazy with it. */
    private static final Map<String, String> LAZY = Map.of("SPRING_MAIN_LAZY_INITIALIZATION", "true");

    private static long applied(TestDatabase database) {
        return database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Long.class);
    }

    private static String locations(MigrationFolder more) {
        return "--migrator.locations=classpath*:db/migration/," + more.location();
    }

    @Test
    void theFirstStartAppliesAllAndTheSecondAsksOneQuery(TestDatabase database) {
        try (SampleProcess first =
                SampleProcess.start(database.jdbcUrl(), NOTHING).awaitReady()) {
            first.awaitOutput("Applied: 29, Failed: 0");
            assertThat(first.body("/customers/10/wallet"))
                    .isEqualTo("{\"customerId\":10,\"email\":\"customer10@example.com\",\"tier\":\"gold\","
                            + "\"balance\":105}");
            assertThat(first.body("/campaigns")).contains("\"code\":\"WELCOME\"", "\"participants\":100");
            assertThat(first.body("/customers/10/notifications")).contains("Welcome, First10 Last10!");
            assertThat(first.body("/actuator/migrations"))
                    .contains(
                            "\"state\":\"COMPLETED\"",
                            "\"applied\":29,\"pending\":0,\"failed\":0,\"skipped\":1,\"manual\":1");
        }
        assertThat(applied(database)).isEqualTo(MIGRATIONS);

        try (WireProxy proxy = WireProxy.to(database);
                SampleProcess second = SampleProcess.start(proxy.jdbcUrl(database), NOTHING)) {
            second.awaitReady();
            second.awaitOutput("The schema is complete: 31 migrations, 0 applied now");
            assertThat(proxy.queryRoundTrips()).isEqualTo(1);
            assertThat(proxy.connectionsOpened()).isEqualTo(1);
        }
    }

    @Test
    void aBrokenMigrationEndsTheProcessWithItsPlaceAndTheMendedOneHeals(TestDatabase database, @TempDir Path path) {
        MigrationFolder more = new MigrationFolder(path)
                .write(
                        "20260101-broken.sql",
                        "-- adds a level\nALTER TABLE customers ADD COLUMN level int;\nSELECT nothing;\n");
        try (SampleProcess broken = SampleProcess.start(database.jdbcUrl(), NOTHING, locations(more))) {
            assertThat(broken.exitCode()).isEqualTo(1);
            assertThat(broken.output())
                    .contains("APPLICATION FAILED TO START")
                    .contains("20260101-broken.sql:3:8: ERROR: column \"nothing\" does not exist (SQLSTATE 42703)")
                    .doesNotContain("\tat ");
        }
        more.write("20260101-broken.sql", "ALTER TABLE customers ADD COLUMN level int;");
        try (SampleProcess mended = SampleProcess.start(database.jdbcUrl(), NOTHING, locations(more))
                .awaitReady()) {
            mended.awaitOutput("Applied: 1, Failed: 0");
        }
    }

    @Test
    void withoutAutoMigrateItRefusesAndChangesNothing(TestDatabase database) {
        try (SampleProcess verifying = SampleProcess.start(database.jdbcUrl(), Map.of("AUTO_MIGRATE", "false"))) {
            assertThat(verifying.exitCode()).isEqualTo(1);
            assertThat(verifying.output())
                    .contains("There is no tracking table, so no migration was ever applied here")
                    .contains("run the migrations first, by a deployment step or one start with AUTO_MIGRATE=true");
        }
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void aTypoInTheEnvironmentEndsTheProcessBeforeAnythingElse(TestDatabase database) {
        try (SampleProcess typo = SampleProcess.start(database.jdbcUrl(), Map.of("AUTO_MIGRATE", "flase"))) {
            assertThat(typo.exitCode()).isEqualTo(1);
            assertThat(typo.output())
                    .contains(
                            "The environment variable AUTO_MIGRATE (for the property migrator.auto-migrate) is 'flase'")
                    .doesNotContain("Tomcat");
        }
    }

    @Test
    void whileASlowMigrationRunsItIsAliveAndNotReady(TestDatabase database, @TempDir Path path) throws SQLException {
        MigrationFolder more =
                new MigrationFolder(path).write("20260101-slow.sql", "SELECT pg_advisory_xact_lock(4711);");
        try (Connection gate = database.connect();
                Statement statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
            try (SampleProcess sample = SampleProcess.start(
                    database.jdbcUrl(), NOTHING, locations(more), "--migrator.ddl.lock-timeout=60s")) {
                sample.awaitOutput("Applied 20251125-welcome-bonus");
                assertThat(sample.status("/actuator/health/liveness")).isEqualTo(200);
                assertThat(sample.status("/actuator/health/readiness")).isEqualTo(503);
                assertThat(sample.body("/actuator/health"))
                        .contains("\"status\":\"running\"", "\"progress\":\"29/30\"", "\"status\":\"OUT_OF_SERVICE\"");
                assertThat(sample.body("/actuator/migrations"))
                        .startsWith("{\"state\":\"RUNNING\",\"applied\":29,\"pending\":1,\"failed\":0,"
                                + "\"currentMigration\":\"20260101-slow\"");
                assertThat(sample.body("/actuator/migrations/20260101-slow"))
                        .isEqualTo("{\"name\":\"20260101-slow\",\"state\":\"RUNNING\"}");
                statement.execute("SELECT pg_advisory_unlock(4711)");
                sample.awaitReady();
            }
        }
    }

    @Test
    void copiesThatStartAtOnceApplyEachExactlyOnceAndAllBecomeReady(TestDatabase database) {
        List<SampleProcess> copies = new ArrayList<>();
        try {
            for (int i = 0; i < COPIES; i++) {
                copies.add(SampleProcess.start(database.jdbcUrl(), LAZY));
            }
            copies.forEach(SampleProcess::awaitReady);
            assertThat(applied(database)).isEqualTo(MIGRATIONS);
            assertThat(database.query("SELECT migration_name FROM schema_migrations WHERE attempts > 1"))
                    .isEmpty();
            assertThat(database.value("SELECT count(*) FROM customers", Long.class))
                    .isEqualTo(100);
        } finally {
            copies.forEach(SampleProcess::close);
        }
    }
}
