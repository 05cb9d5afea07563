package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was begun and not finished is never taken for done, and never done twice, however its file changes. */
@PostgresTest
class HalfDoneTest {

    private MigrationFolder folder;
    private TestDatabase database;
    private Migrator migrator;

    @BeforeEach
    void migrator(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-log.sql", "CREATE TABLE log (k int);");
        migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .connectionRetry(0, Duration.ZERO)
                .build();
    }

    private long rows() {
        return database.value("SELECT count(*) FROM log", Long.class);
    }

    private static Problem failure(RunReport report) {
        return report.results().stream()
                .filter(result -> result.outcome() == StepResult.Outcome.FAILED)
                .map(StepResult::problem)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheServerRefusedIsRefusedAgainAndNotAdopted() {
        folder.write("002-i.sql", "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE INDEX i ON a (x);")
                .write("003-i.sql", "CREATE INDEX CONCURRENTLY i ON b (x);");

        assertThat(failure(migrator.migrate()).text()).contains("42P07");
        assertThat(failure(migrator.migrate()).text()).contains("42P07");
    }

    @Test
    void aFileThatNowFitsIntoATransactionStillGoesOnWhereItWas() {
        folder.write(
                "002-a.sql",
                "INSERT INTO log VALUES (1);\nCREATE INDEX CONCURRENTLY i ON nothing (k);\nINSERT INTO log VALUES (2);");
        migrator.migrate();
        folder.write(
                "002-a.sql", "INSERT INTO log VALUES (1);\nCREATE INDEX i ON log (k);\nINSERT INTO log VALUES (2);");

        migrator.migrate().orThrow();

        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aHalfDoneFileMustNotBeRenamed() {
        String text = "-- migrator: no-transaction\nINSERT INTO log VALUES (1);\nSELECT nothing;";
        folder.write("002-a.sql", text);
        migrator.migrate();
        folder.remove("002-a.sql").write("003-b.sql", text);

        assertThatThrownBy(migrator::migrate)
                .hasMessageContaining("1 of its statements are done, and its file is gone or renamed")
                .hasMessageContaining("reset 002-a");
        assertThat(rows()).isEqualTo(1);
    }

    /** Its checkpoint would go on behind rows that were taken away and made again, and those would never be done. */
    @Test
    void whatABatchStandsOnIsNotRolledBackAndItIsNotRenamed() {
        String batch =
                "-- migrator: batch table=r size=1\nUPDATE r SET n = 1 / (3 - id) WHERE id BETWEEN :from AND :to;";
        folder.write(
                        "002-rows.up.sql",
                        "CREATE TABLE r (id int PRIMARY KEY, n int); INSERT INTO r VALUES (1), (2), (3);")
                .write("002-rows.down.sql", "DROP TABLE r;")
                .write("003-batch.sql", batch);
        assertThat(failure(migrator.migrate()).description()).contains("2 rows before it stay done");

        assertThatThrownBy(() -> migrator.rollback(RollbackOptions.lastOne()))
                .hasMessageContaining("A part of it is done")
                .hasMessageContaining("reset 003-batch");

        folder.remove("003-batch.sql").write("004-batch.sql", batch);
        assertThatThrownBy(migrator::migrate)
                .hasMessageContaining("A part of it is done, and its file is gone or renamed");
    }

    @Test
    void aFileIsNotBlamedForAnotherOneOfItsMessage() {
        folder.write("002-a.sql", "INSERT INTO log VALUES (2);")
                .write("003-b.sql", "INSERT INTO log VALUES (E'\\xff');")
                .write("004-c.sql", "INSERT INTO log VALUES (4);");

        RunReport report = migrator.migrate();

        assertThat(report.applied()).isEqualTo(2);
        assertThat(failure(report).subject()).contains("003-b.sql");
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void anErrorThatOnlyLooksLikeALostConnectionIsAFailureOfTheFile() {
        folder.write("002-a.sql", "DO $$ BEGIN RAISE EXCEPTION 'far away' USING ERRCODE = '08001'; END $$;");

        Problem problem = failure(migrator.migrate());

        assertThat(problem.code()).isEqualTo(ProblemCode.MIGRATION_FAILED);
        assertThat(problem.text()).contains("far away").contains("002-a.sql");
        assertThat(migrator.status().statistics().failed()).isEqualTo(1);
    }

    @Test
    void whatTheFileSetAndTookBackIsSetAndTakenBackAgain() {
        String role = database.createUser("maker");
        database.execute("GRANT ALL ON SCHEMA public TO " + role);
        String head = "-- migrator: no-transaction\nSET ROLE " + role + ";\nCREATE TABLE o1 ();\nRESET ROLE;\n";
        folder.write("002-a.sql", head + "SELECT nothing;\n");
        migrator.migrate();
        folder.write("002-a.sql", head + "CREATE TABLE o2 ();\n");

        migrator.migrate().orThrow();

        assertThat(database.value("SELECT tableowner FROM pg_tables WHERE tablename = 'o1'", String.class))
                .isEqualTo(role);
        assertThat(database.value("SELECT tableowner FROM pg_tables WHERE tablename = 'o2'", String.class))
                .isNotEqualTo(role);
        database.execute("DROP TABLE o1", "REVOKE ALL ON SCHEMA public FROM " + role);
    }

    @Test
    void aFilesOwnTimeOutOutlivesAStatementThatRunsAlone() {
        folder.write(
                "002-a.sql",
                "SET statement_timeout = '12345ms';\nCREATE INDEX CONCURRENTLY i ON log (k);\n"
                        + "INSERT INTO log SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout';");

        migrator.migrate().orThrow();

        assertThat(database.value("SELECT k FROM log", Integer.class)).isEqualTo(12345);
    }

    @Test
    void anInterruptedThreadStartsNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(migrator::migrate).hasMessageContaining("interrupted before");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(database.exists("log")).isFalse();
    }

    @Test
    void anOldChecksumThatCantBeRewrittenNowDoesNotStopAStart() {
        migrator.migrate().orThrow();
        database.execute("UPDATE schema_migrations SET checksum = md5('CREATE TABLE log (k int);')");
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");

        assertThat(migrator.migrate().orThrow().applied()).isZero();
    }
}
