package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables that services kept before are made ours in place, with every row. */
@PostgresTest
@Timeout(60)
class AdoptedHistoryTest {

    private static final String NAMED = """
            CREATE TABLE schema_migrations (
                id serial PRIMARY KEY, migration_name varchar(255) UNIQUE NOT NULL, applied_at timestamp DEFAULT now(),
                execution_time_ms int, status varchar(20) DEFAULT 'success', error_message text, checksum varchar(64))""";

    private static final String VERSIONED = """
            CREATE TABLE schema_migrations (
                id serial PRIMARY KEY, version varchar(50) UNIQUE NOT NULL, name varchar(100),
                applied_at timestamp DEFAULT now(), execution_time_ms int, checksum varchar(64))""";

    private static final String USERS = "CREATE TABLE users (id int);\n";

    private Trial trial;

    @BeforeEach
    void files(TestDatabase database, @TempDir Path path) {
        database.execute("CREATE TABLE users (id int)");
        trial = new Trial(database, path)
                .write("001-create-users-table.sql", USERS)
                .write("002-add-email.sql", "ALTER TABLE users ADD COLUMN email text;");
    }

    private static String hex(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void named(TestDatabase database, String name, String status, String checksum) {
        database.execute(
                "INSERT INTO schema_migrations (migration_name, applied_at, execution_time_ms, status, checksum)"
                        + " VALUES ('" + name + "', '2025-01-02 03:04:05', 42, '" + status + "', " + checksum + ")");
    }

    @Test
    void aNamedHistoryKeepsItsRowsAndLosesItsEndings(TestDatabase database) {
        database.execute(NAMED);
        named(database, "000-only-in-code.js", "success", "NULL");
        named(database, "001-create-users-table", "success", "'" + hex("SHA-256", USERS) + "'");

        RunReport report = trial.migrate().orThrow();

        assertThat(report.applied()).isEqualTo(1);
        assertThat(trial.history())
                .containsExactly("000-only-in-code success", "001-create-users-table success", "002-add-email success");
        assertThat(database.query(
                        "SELECT id, version, name, kind, execution_time_ms, attempts, (applied_at AT TIME ZONE 'UTC')::text AS at,"
                                + " checksum FROM schema_migrations WHERE id = 2"))
                .singleElement()
                .satisfies(row -> assertThat(row.toString())
                        .contains("id=2, version=001, name=create users table", "execution_time_ms=42, attempts=1")
                        .contains("at=2025-01-02 03:04:05")
                        .contains("checksum=" + hex("SHA-256", USERS)));
        assertThat(report.problems()).extracting(Problem::code).containsExactly(ProblemCode.MISSING_FILE);
        assertThat(trial.migrate().results()).isEmpty();
    }

    @Test
    void aFailedRowOfANamedHistoryIsTriedAgain(TestDatabase database) {
        database.execute(NAMED);
        named(database, "001-create-users-table.js", "success", "NULL");
        named(database, "002-add-email.js", "failed", "NULL");

        assertThat(trial.applied()).containsExactly("002-add-email APPLIED");
        assertThat(trial.history()).containsExactly("001-create-users-table success", "002-add-email success");
    }

    @Test
    void aVersionedHistoryIsVerifiedByItsOldChecksumAndGetsOurs(TestDatabase database) {
        database.execute(
                VERSIONED,
                "INSERT INTO schema_migrations (version, name, execution_time_ms, checksum) VALUES"
                        + " ('001-create-users-table', 'create users table', 7, '" + hex("MD5", USERS) + "')");

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems()).isEmpty();
        assertThat(trial.history()).containsExactly("001-create-users-table success", "002-add-email success");
        assertThat(database.value("SELECT checksum FROM schema_migrations WHERE id = 1", String.class))
                .isEqualTo("sha256:" + hex("SHA-256", USERS));
        assertThat(database.value(
                        "SELECT action || ' ' || detail FROM schema_migrations_log WHERE action = 'rehash'",
                        String.class))
                .isEqualTo("rehash verified as " + hex("MD5", USERS));
    }

    @Test
    void twoMigrationsOfOneVersionAreFineAfterwards(TestDatabase database) {
        database.execute(
                VERSIONED,
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ('001-create-users-table', 'x', '"
                        + hex("MD5", USERS) + "')");
        trial.write("002-also.sql", "SELECT 1;");

        assertThat(trial.applied()).hasSize(2);
        assertThat(database.query("SELECT version FROM schema_migrations WHERE version = '002'"))
                .hasSize(2);
    }

    @Test
    void twoAdoptedRowsMayShareTheirNumber(TestDatabase database) {
        database.execute(
                VERSIONED,
                "INSERT INTO schema_migrations (version, name) VALUES ('001-create-users-table', 'x'), ('001-b', NULL)");

        assertThat(trial.applied()).containsExactly("002-add-email APPLIED");
        assertThat(database.query("SELECT migration_name, version, name FROM schema_migrations WHERE id = 2"))
                .singleElement()
                .hasToString("{migration_name=001-b, version=001, name=b}");
    }

    @Test
    void aFileThatIsNotTheAdoptedOneIsTold(TestDatabase database) {
        database.execute(
                VERSIONED,
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ('001-create-users-table', 'x', '"
                        + hex("MD5", "something else") + "')");

        RunReport report = trial.migrate().orThrow();

        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.CHECKSUM_MISMATCH);
            assertThat(problem.subject()).isEqualTo("001-create-users-table");
            assertThat(problem.description()).contains("md5:" + hex("MD5", "something else"));
        });
        assertThat(trial.history()).contains("001-create-users-table success");
    }

    @Test
    void manyNodesMayUpgradeAtOnce(TestDatabase database) {
        database.execute(NAMED);
        named(database, "001-create-users-table.js", "success", "NULL");

        List<RunReport> reports = Race.run(6, () -> trial.migrate());

        assertThat(reports).allMatch(RunReport::isSuccess);
        assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(1);
        assertThat(trial.history()).containsExactly("001-create-users-table success", "002-add-email success");
    }

    @Test
    void aStatusReadsAnAdoptedHistoryWithoutChangingIt(TestDatabase database) {
        database.execute(NAMED);
        named(database, "001-create-users-table.js", "success", "NULL");

        assertThat(trial.migrator().status().migrations())
                .extracting(migration -> migration.name() + " " + migration.state())
                .containsExactly("001-create-users-table COMPLETED", "002-add-email PENDING");
        assertThat(database.value("SELECT migration_name FROM schema_migrations", String.class))
                .isEqualTo("001-create-users-table.js");
    }

    @Test
    void aMissingHistoryIsSeenInTheStatus(TestDatabase database) {
        assertThat(trial.migrator().status().problems())
                .filteredOn(problem -> problem.code() == ProblemCode.HISTORY_MISSING)
                .singleElement()
                .extracting(Problem::action)
                .asString()
                .as("a run refuses a schema that has tables already")
                .contains("In a new database run the migrations", "baseline");
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void theQueriesThatServicesHaveRunOnOurTables(TestDatabase database) {
        database.execute("DROP TABLE users");
        trial.write("003-bad.sql", "SELECT 1/0;");
        trial.migrate();

        List<Map<String, Object>> recent = database.query("SELECT migration_name, applied_at, execution_time_ms, status"
                + " FROM schema_migrations ORDER BY applied_at DESC LIMIT 10");
        List<Map<String, Object>> failed = database.query("SELECT migration_name, error_message, applied_at FROM"
                + " schema_migrations WHERE status = 'failed' ORDER BY applied_at DESC");
        Map<String, Object> statistics = database.query("SELECT COUNT(*) AS total_migrations,"
                        + " COUNT(CASE WHEN status = 'success' THEN 1 END) AS successful,"
                        + " COUNT(CASE WHEN status = 'failed' THEN 1 END) AS failed,"
                        + " AVG(execution_time_ms) AS avg_execution_time, MAX(applied_at) AS last_migration"
                        + " FROM schema_migrations")
                .get(0);

        assertThat(recent).hasSize(3).allSatisfy(row -> assertThat(row).doesNotContainValue(null));
        assertThat(recent.get(0)).containsEntry("migration_name", "003-bad");
        assertThat(failed)
                .singleElement()
                .satisfies(row -> assertThat(String.valueOf(row.get("error_message")))
                        .contains("003-bad.sql:1:1", "division by zero"));
        assertThat(statistics)
                .containsEntry("total_migrations", 3L)
                .containsEntry("successful", 2L)
                .containsEntry("failed", 1L);
    }
}
