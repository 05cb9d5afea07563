package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch beside the traffic whose service ends in the middle: the next one goes on, and every row is done once. */
@PostgresTest
class BackgroundBatchIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int SIGTERM = 128 + 15;

    private String locations;
    private TestDatabase database;

    @BeforeEach
    void files(@TempDir Path path, TestDatabase fresh) {
        database = fresh;
        locations = "--migrator.locations=classpath*:db/migration/,"
                + new MigrationFolder(path)
                        .write(
                                "20260201-filled.sql",
                                "CREATE TABLE filled (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);"
                                        + "INSERT INTO filled SELECT generate_series(1, 600);")
                        .write("20260202-fill.sql", """
                                -- migrator: phase=background batch table=filled size=10
                                UPDATE filled SET n = n + 1 WHERE id BETWEEN :from AND :to;
                                SELECT pg_sleep(0.05);""")
                        .location();
    }

    private SampleProcess started() {
        return SampleProcess.start(database.jdbcUrl(), Map.of(), locations).awaitReady();
    }

    private Map<String, Object> checkpoint() {
        return database.query("SELECT status, rows_scanned FROM schema_migration_batches"
                        + " WHERE migration_name = '20260202-fill'")
                .get(0);
    }

    private long doneTimes() {
        return database.value("SELECT sum(n) FROM filled", Long.class);
    }

    private void awaitTheMiddle() {
        await().atMost(LIMIT).until(() -> database.exists("schema_migration_batches") && doneTimes() >= 50);
    }

    private void theNextStartDoesTheRest() {
        try (SampleProcess next = started()) {
            next.awaitOutput("Nothing is left for later any more");
        }
        assertThat(checkpoint()).containsEntry("status", "done").containsEntry("rows_scanned", 600L);
        assertThat(database.value("SELECT count(*) FROM filled WHERE n = 1", Long.class))
                .isEqualTo(600);
    }

    @Test
    void terminatedItEndsItsBatchAndSaysSo() {
        try (SampleProcess sample = started()) {
            awaitTheMiddle();
            assertThat(sample.body("/actuator/health/readiness")).contains("\"UP\"");
            assertThat(sample.terminate(Duration.ofSeconds(30))).isEqualTo(SIGTERM);
        }
        assertThat(checkpoint()).containsEntry("status", "stopped").containsEntry("rows_scanned", doneTimes());
        assertThat(doneTimes()).isLessThan(600);
        assertThat(database.value(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'migrator%'",
                        Long.class))
                .isZero();

        theNextStartDoesTheRest();
    }

    @Test
    void killedItIsResumedAtItsCheckpoint() {
        try (SampleProcess sample = started()) {
            awaitTheMiddle();
        }
        assertThat(checkpoint()).containsEntry("status", "running");
        assertThat(doneTimes()).isLessThan(600);

        theNextStartDoesTheRest();
    }
}
