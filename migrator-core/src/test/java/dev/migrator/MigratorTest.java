package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as a user meets it: a folder, a database, one call. */
@PostgresTest
class MigratorTest {

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private Migrator migrator(String url) {
        return builder(url).build();
    }

    private MigratorBuilder builder(String url) {
        return Migrator.builder().connection(url, null, null).locations(folder.location());
    }

    @Test
    void appliesWhatIsPendingInOrderAndThenNothing(TestDatabase database) {
        folder.write("20250102-second.sql", "INSERT INTO t VALUES (2);")
                .write("001-first.sql", "CREATE TABLE t (id int);");

        RunReport first = migrator(database.jdbcUrl()).migrate();
        RunReport second = migrator(database.jdbcUrl()).migrate();

        assertThat(first.orThrow().summary()).isEqualTo("Applied: 2, Failed: 0, Total: 2");
        assertThat(second.summary()).isEqualTo("Applied: 0, Failed: 0, Total: 2");
        assertThat(database.query("SELECT migration_name, status FROM schema_migrations ORDER BY id"))
                .extracting(row -> row.get("migration_name") + " " + row.get("status"))
                .containsExactly("001-first success", "20250102-second success");
    }

    @Test
    void nothingPendingCostsOneQueryAndNoLock(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE t (id int);");
        migrator(database.jdbcUrl()).migrate();

        try (WireProxy proxy = WireProxy.to(database)) {
            migrator(proxy.jdbcUrl(database)).migrate();

            assertThat(proxy.queryRoundTrips()).isEqualTo(1);
            assertThat(proxy.statements()).noneMatch(sql -> sql.contains("lock"));
            assertThat(proxy.connectionsOpened()).isEqualTo(1);
        }
    }

    @Test
    void aHundredFilesCostAtMostAHundredAndTenRoundTrips(TestDatabase database) {
        for (int i = 0; i < 100; i++) {
            folder.write(100 + i + "-table.sql", "CREATE TABLE t" + i + " (id int);");
        }
        try (WireProxy proxy = WireProxy.to(database)) {
            RunReport report = migrator(proxy.jdbcUrl(database)).migrate();

            assertThat(report.applied()).isEqualTo(100);
            assertThat(proxy.queryRoundTrips()).isLessThanOrEqualTo(30);
        }
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Long.class))
                .isEqualTo(100);
    }

    @Test
    void theLastCommitOfAMessageWaitsForTheDiskForAllOfThem(TestDatabase database) {
        database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = on");
        String note = "INSERT INTO waits (value) VALUES (current_setting('synchronous' || '_commit'));";
        folder.write("001-waits.sql", "CREATE TABLE waits (id int GENERATED ALWAYS AS IDENTITY, value text);" + note)
                .write("002-shares.sql", note)
                .write("003-shares.sql", note)
                .write("004-own-choice.sql", "SET LOCAL synchronous_commit = local;" + note)
                .write("005-last.sql", note);

        migrator(database.jdbcUrl()).migrate().orThrow();

        // the fourth file goes alone, so the third is the last of its message
        assertThat(database.query("SELECT value FROM waits ORDER BY id"))
                .extracting(row -> row.get("value"))
                .containsExactly("off", "off", "on", "local", "on");
    }

    @Test
    void aFailureRollsBackIsRecordedAndHealsByItself(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE t (id int);")
                .write("002-broken.sql", "-- adds a column\nALTER TABLE t ADD COLUMN a int;\nSELECT nothing FROM t;\n")
                .write("003-last.sql", "CREATE TABLE last (id int);");

        RunReport report = migrator(database.jdbcUrl()).migrate();

        assertThat(report.isSuccess()).isFalse();
        assertThat(report.results())
                .extracting(StepResult::outcome)
                .containsExactly(StepResult.Outcome.APPLIED, StepResult.Outcome.FAILED, StepResult.Outcome.NOT_TRIED);
        assertThatThrownBy(report::orThrow)
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("002-broken.sql:3:8")
                .hasMessageContaining("ERROR: column \"nothing\" does not exist (SQLSTATE 42703)")
                .hasMessageContaining("\n    SELECT nothing FROM t\n           ^")
                .hasMessageContaining("was rolled back");
        assertThat(database.exists("last")).isFalse();
        assertThat(database.query("SELECT status, sql_state, attempts FROM schema_migrations WHERE migration_name ="
                        + " '002-broken'"))
                .singleElement()
                .hasToString("{status=failed, sql_state=42703, attempts=1}");

        folder.write("002-broken.sql", "ALTER TABLE t ADD COLUMN a int;");
        RunReport healed = migrator(database.jdbcUrl()).migrate();

        assertThat(healed.summary()).isEqualTo("Applied: 2, Failed: 0, Total: 3");
        assertThat(database.query("SELECT status, attempts FROM schema_migrations WHERE migration_name = '002-broken'"))
                .singleElement()
                .hasToString("{status=success, attempts=2}");
    }

    @Test
    void createIndexConcurrentlyNeedsNoFlag(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE t (id int);")
                .write(
                        "002-index.sql",
                        "CREATE INDEX CONCURRENTLY t_id ON t (id);\nCREATE INDEX CONCURRENTLY t_id2 ON t (id);");

        assertThat(migrator(database.jdbcUrl()).migrate().orThrow().applied()).isEqualTo(2);
        assertThat(database.exists("t_id2")).isTrue();
        assertThat(database.value(
                        "SELECT statements_done FROM schema_migrations WHERE migration_name = '002-index'",
                        Integer.class))
                .isEqualTo(null);
    }

    @Test
    void statusPendingAndDryRunAgree(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE t (id int);");
        migrator(database.jdbcUrl()).migrate();
        folder.write("002-next.sql", "CREATE TABLE u (id int);\nCREATE TABLE v (id int);");

        StatusReport status = migrator(database.jdbcUrl()).status();

        assertThat(status.statistics().pending()).isEqualTo(1);
        assertThat(status.statistics().applied()).isEqualTo(1);
        assertThat(status.isComplete()).isFalse();
        assertThat(migrator(database.jdbcUrl()).pending())
                .extracting(MigrationStatus::name)
                .containsExactly("002-next");
        assertThat(migrator(database.jdbcUrl()).dryRun().text())
                .isEqualTo("002-next (pending; 2 statements, 49 bytes; one transaction)");
        assertThat(database.exists("u")).isFalse();
    }
}
