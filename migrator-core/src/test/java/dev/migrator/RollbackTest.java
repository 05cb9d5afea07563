package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.execute.StepResult;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.history.LogEntry;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PlannedScript;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is applied can be taken back, wholly or not at all, and the log keeps both for ever. */
@PostgresTest
class RollbackTest {

    private MigrationFolder folder;
    private TestDatabase database;
    private Migrator migrator;

    @BeforeEach
    void migrator(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path);
        migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .operator("alice@laptop")
                .build();
    }

    private void pair(String name, String up, String down) {
        folder.write(name + ".up.sql", up).write(name + ".down.sql", down);
    }

    private void threeTables() {
        for (String k : List.of("1", "2", "3")) {
            pair("00" + k + "-t", "CREATE TABLE t" + k + " (id int);", "DROP TABLE t" + k + ";");
        }
        migrator.migrate().orThrow();
    }

    private List<String> history() {
        return database.query("SELECT migration_name, status, attempts FROM schema_migrations ORDER BY id").stream()
                .map(Map::toString)
                .toList();
    }

    private List<String> outcomes(RollbackReport report) {
        return report.results().stream()
                .map(result -> result.migration() + " " + result.outcome())
                .toList();
    }

    private Problem refused(RollbackOptions options) {
        MigratorException refusal = catchThrowableOfType(MigratorException.class, () -> migrator.rollback(options));
        assertThat(refusal).as("the rollback is refused").isNotNull();
        assertThat(refusal.problems()).as("%s", refusal).hasSize(1);
        return refusal.first();
    }

    @Test
    void theLastOneIsTakenBackAndPendingAgain() {
        threeTables();

        RollbackReport report = migrator.rollback(RollbackOptions.lastOne().because("wrong type"));

        assertThat(outcomes(report.orThrow())).containsExactly("003-t ROLLED_BACK");
        assertThat(report.summary()).isEqualTo("Rolled back: 1, Failed: 0");
        assertThat(database.exists("t3")).isFalse();
        assertThat(migrator.status().pending()).containsExactly("003-t");
        LogEntry line = migrator.log("003-t", 10).get(0);
        assertThat(line.action() + " " + line.outcome() + " " + line.detail()).isEqualTo("rollback success wrong type");
        assertThat(line.actor()).startsWith("alice@laptop as ");
        assertThat(line.executionTimeMs()).isNotNull();
        assertThat(line.checksum()).startsWith("sha256:");
        assertThat(line.checksum())
                .isNotEqualTo(migrator.log("003-t", 10).get(1).checksum());
    }

    @Test
    void aMigrationAppliedAgainBeginsAnewAndBothStayInTheLog() {
        threeTables();
        migrator.rollback(RollbackOptions.lastOne()).orThrow();
        migrator.migrate().orThrow();

        assertThat(history()).last().isEqualTo("{migration_name=003-t, status=success, attempts=1}");
        assertThat(migrator.log("003-t", 10))
                .extracting(line -> line.action() + " " + line.outcome())
                .containsExactly("migrate success", "rollback success", "migrate success");
    }

    @Test
    void theOrderIsTheReverseOfTheApplicationNotOfTheNames() {
        threeTables();
        pair("002-late", "CREATE TABLE late (id int);", "DROP TABLE late;");
        migrator.migrate().orThrow();

        assertThat(migrator.rollbackDryRun(RollbackOptions.steps(2)).scripts())
                .extracting(PlannedScript::migration, PlannedScript::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("002-late", "rollback"),
                        org.assertj.core.groups.Tuple.tuple("003-t", "rollback"));
        assertThat(database.exists("late")).isTrue();
        assertThat(outcomes(migrator.rollback(RollbackOptions.steps(2))))
                .containsExactly("002-late ROLLED_BACK", "003-t ROLLED_BACK");
    }

    @Test
    void toANameTakesBackEverythingAppliedAfterIt() {
        threeTables();

        assertThat(outcomes(migrator.rollback(RollbackOptions.to("001-t"))))
                .containsExactly("003-t ROLLED_BACK", "002-t ROLLED_BACK");
        assertThat(history()).containsExactly("{migration_name=001-t, status=success, attempts=1}");
        assertThat(refused(RollbackOptions.to("001-t")).description()).startsWith("Nothing was applied after 001-t,");
        assertThat(refused(RollbackOptions.to("002-t")).code()).isEqualTo(ProblemCode.UNKNOWN_TARGET);
    }

    @Test
    void nothingRunsWhenOneOfThemHasNoWayBack() {
        threeTables();
        folder.remove("002-t.down.sql").write("004-x.sql", "CREATE TABLE x (id int);");
        migrator.migrate().orThrow();

        Problem refused = refused(RollbackOptions.steps(3));

        assertThat(refused.code()).isEqualTo(ProblemCode.NO_DOWN_SCRIPT);
        assertThat(refused.description()).contains("004-x, 002-t").contains("Nothing was taken back");
        assertThat(refused.action()).contains("forward");
        assertThat(history()).hasSize(4);
        assertThat(database.exists("t3")).isTrue();
    }

    @Test
    void whatCanNotBeMeantIsRefused() {
        assertThat(refused(RollbackOptions.lastOne()).description())
                .isEqualTo("Nothing is applied, so there is nothing to roll back.");
        threeTables();
        assertThat(refused(RollbackOptions.steps(4)).description()).startsWith("Only 3 migrations are applied");
        assertThat(refused(RollbackOptions.steps(0)).description()).contains("0 steps");
        folder.remove("003-t.up.sql").remove("003-t.down.sql");
        assertThat(refused(RollbackOptions.lastOne()).code()).isEqualTo(ProblemCode.MISSING_FILE);
        assertThat(database.exists("t3")).isTrue();
    }

    @Test
    void aFailedWayBackIsRolledBackAndLoggedAndTheRestIsNotTried() {
        threeTables();
        folder.write("002-t.down.sql", "CREATE TABLE left_over (id int);\n\nDROP TABLE nowhere;");

        RollbackReport report = migrator.rollback(RollbackOptions.steps(3).because("night"));

        assertThat(report.isSuccess()).isFalse();
        assertThat(outcomes(report)).containsExactly("003-t ROLLED_BACK", "002-t FAILED", "001-t NOT_TRIED");
        StepResult failed = report.results().get(1);
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.problem().subject()).endsWith("002-t.down.sql:3:1");
        assertThat(failed.problem().description()).contains("002-t stays applied");
        assertThat(failed.problem().action()).startsWith("Mend the down script");
        assertThat(database.exists("left_over")).isFalse();
        assertThat(history()).hasSize(2).last().asString().contains("002-t, status=success");
        assertThat(migrator.log("002-t", 1))
                .singleElement()
                .satisfies(line -> assertThat(line.action() + " " + line.outcome() + " " + line.detail())
                        .startsWith("rollback failed ")
                        .contains("nowhere", "night"));
    }

    @Test
    void badTextIsToldBeforeAnythingRuns() {
        threeTables();
        folder.write("001-t.down.sql", "DROP TABLE t1;\nSELECT 'open;");

        Problem refused = refused(RollbackOptions.steps(3));

        assertThat(refused.code()).isEqualTo(ProblemCode.UNCLOSED_TOKEN);
        assertThat(refused.subject()).endsWith("001-t.down.sql:2:8");
        assertThat(history()).hasSize(3);
    }

    @Test
    void whatCanNotBeOneTransactionIsRefusedWithItsPlace() {
        pair("001-i", "CREATE TABLE i (id int); CREATE INDEX i_id ON i (id);", "\nDROP INDEX CONCURRENTLY i_id;");
        migrator.migrate().orThrow();

        Problem refused = refused(RollbackOptions.lastOne());

        assertThat(refused.code()).isEqualTo(ProblemCode.NOT_TRANSACTIONAL);
        assertThat(refused.subject()).endsWith("001-i.down.sql:2:1");
        assertThat(database.exists("i_id")).isTrue();
    }

    @Test
    void directivesOfTheDownFileCount() {
        pair(
                "001-a",
                "CREATE TABLE a (id int);",
                "-- migrator: lock-timeout=1234ms\n"
                        + "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS t; DROP TABLE a;");
        migrator.migrate().orThrow();

        migrator.rollback(RollbackOptions.lastOne()).orThrow();

        assertThat(database.value("SELECT t FROM seen", String.class)).isEqualTo("1234ms");
    }

    @Test
    void aRepeatableWithoutAWayBackIsPassedOver() {
        threeTables();
        folder.write("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;");
        migrator.migrate().orThrow();

        assertThat(outcomes(migrator.rollback(RollbackOptions.lastOne()))).containsExactly("003-t ROLLED_BACK");
        assertThat(database.exists("v")).isTrue();
    }

    @Test
    void whatIsHalfDoneMustBeFinishedFirst() {
        threeTables();
        folder.write("004-half.sql", "-- migrator: no-transaction\nCREATE TABLE h (id int);\nSELECT 1/0;");
        assertThat(migrator.migrate().isSuccess()).isFalse();

        assertThat(refused(RollbackOptions.lastOne()).description()).contains("neither applied nor pending");
        assertThat(history()).hasSize(4);
    }

    @Test
    void anAdoptedTableWorksToo() {
        database.execute(
                "CREATE TABLE schema_migrations (id serial PRIMARY KEY, version varchar(50) UNIQUE NOT NULL,"
                        + " name varchar(100), applied_at timestamp DEFAULT now(), execution_time_ms int,"
                        + " checksum varchar(64))",
                "INSERT INTO schema_migrations (version, name) VALUES ('001-a', 'a'), ('002-b.js', 'b')",
                "CREATE TABLE a (id int)",
                "CREATE TABLE b (id int)");
        pair("001-a", "CREATE TABLE a (id int);", "DROP TABLE a;");
        pair("002-b", "CREATE TABLE b (id int);", "DROP TABLE b;");

        assertThat(outcomes(migrator.rollback(RollbackOptions.lastOne()))).containsExactly("002-b ROLLED_BACK");

        assertThat(history()).containsExactly("{migration_name=001-a, status=success, attempts=1}");
        assertThat(database.exists("b")).isFalse();
        migrator.migrate().orThrow();
        assertThat(database.exists("b")).isTrue();
    }

    @Test
    void aSchemaOfItsOwnWorksToo() {
        database.execute("CREATE SCHEMA app");
        migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .schema("app")
                .table("history")
                .build();
        pair("001-a", "CREATE TABLE a (id int);", "SET search_path = ''; DROP TABLE app.a;");
        migrator.migrate().orThrow();

        migrator.rollback(RollbackOptions.lastOne()).orThrow();

        assertThat(database.exists("app.a")).isFalse();
        assertThat(database.query("SELECT * FROM app.history")).isEmpty();
    }
}
