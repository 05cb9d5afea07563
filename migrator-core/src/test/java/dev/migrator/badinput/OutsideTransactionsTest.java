package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunSettings.ExistingSchema;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import dev.migrator.sql.SqlScript;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server refuses within a transaction is what the text is read for; what only the catalog shows needs the mark. */
@PostgresTest
class OutsideTransactionsTest {

    private static final String PARTED = "CREATE TABLE parted (id int) PARTITION BY LIST (id);"
            + " CREATE TABLE part PARTITION OF parted FOR VALUES IN (1); CREATE INDEX parted_id ON parted (id)";

    @TempDir
    private Path path;

    private static void tables(TestDatabase database) {
        database.execute("CREATE TABLE t (id int)", "CREATE INDEX t_id ON t (id)");
        for (String statement : PARTED.split(";")) {
            database.execute(statement);
        }
        database.execute(
                "CREATE PROCEDURE twice() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); END $$");
    }

    private static String stateWithinTransaction(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1");
            statement.execute(sql);
            connection.rollback();
            return "accepted";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static boolean readAsAlone(String sql) {
        return !SqlScript.parse(sql).statements().get(0).kind().runsInTransaction();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX CONCURRENTLY i ON t (id)",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id)",
                "DROP INDEX CONCURRENTLY t_id",
                "REINDEX INDEX CONCURRENTLY t_id",
                "REINDEX TABLE CONCURRENTLY t",
                "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
                "REINDEX SCHEMA CONCURRENTLY public",
                "REINDEX SCHEMA public",
                "REINDEX DATABASE postgres",
                "REINDEX (VERBOSE) SYSTEM postgres",
                "VACUUM",
                "VACUUM t",
                "VACUUM FULL t",
                "VACUUM (ANALYZE) t",
                "CLUSTER",
                "CLUSTER VERBOSE",
                "ALTER SYSTEM SET work_mem = '8MB'",
                "ALTER SYSTEM RESET ALL",
                "CREATE DATABASE nowhere_else",
                "DROP DATABASE IF EXISTS nowhere_else",
                "ALTER DATABASE postgres SET TABLESPACE pg_default",
                "CREATE TABLESPACE nowhere LOCATION '/nowhere'",
                "DROP TABLESPACE IF EXISTS nowhere",
                "ALTER TABLE parted DETACH PARTITION part CONCURRENTLY",
                "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p",
                "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (create_slot, enabled = false)",
                "DISCARD ALL",
                "COMMIT PREPARED 'nothing'",
                "ROLLBACK PREPARED 'nothing'",
            })
    void theServerRefusesItAndTheTextTells(String sql, TestDatabase database) throws SQLException {
        tables(database);

        assertThat(stateWithinTransaction(database, sql)).isEqualTo("25001");
        assertThat(readAsAlone(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX \"concurrently\" ON t (id)",
                "REINDEX INDEX t_id",
                "REINDEX TABLE t",
                "REINDEX (CONCURRENTLY false) TABLE t",
                "CLUSTER t USING t_id",
                "ANALYZE t",
                "ALTER DATABASE postgres SET work_mem = '8MB'",
                "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default",
                "ALTER TABLE parted DETACH PARTITION part",
                "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
                "DISCARD TEMP",
                "CHECKPOINT",
            })
    void whatIsOftenTakenForSuchIsNot(String sql, TestDatabase database) throws SQLException {
        tables(database);

        assertThat(stateWithinTransaction(database, sql)).isEqualTo("accepted");
        assertThat(readAsAlone(sql)).isFalse();
    }

    /** No text shows it: the server does, and the advice of the failure is what helps. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "REINDEX TABLE parted;",
                "REINDEX INDEX parted_id;",
                "CALL twice();",
                "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); END $$;",
            })
    void whatOnlyTheCatalogShowsRunsInAMarkedFile(String sql, TestDatabase database) {
        database.execute("CREATE SCHEMA app");
        tables(database);
        database.execute("DROP TABLE IF EXISTS log", "CREATE TABLE log (k int)");
        Trial trial = new Trial(database, path)
                .with(builder -> builder.existingSchema(ExistingSchema.ALLOW))
                .write("001-a.sql", sql);

        assertThat(trial.failed().action()).contains("-- migrator: no-transaction");

        trial.write(
                "001-a.sql",
                "-- migrator: no-transaction",
                "INSERT INTO log VALUES (1);",
                sql,
                "INSERT INTO log VALUES (2);");
        assertThat(trial.applied()).containsExactly("001-a APPLIED");
        assertThat(database.query("SELECT k FROM log ORDER BY k").toString()).isEqualTo("[{k=1}, {k=2}]");
        assertThat(database.query("SELECT id FROM t ORDER BY id").toString())
                .isIn("[]", "[{id=1}, {id=2}]")
                .isEqualTo(sql.startsWith("REINDEX") ? "[]" : "[{id=1}, {id=2}]");
    }

    private List<String> remarks(TestDatabase database, String... lines) {
        return new Trial(database, path)
                .write("001-a.sql", lines).migrate().problems().stream()
                        .filter(problem ->
                                problem.code() == ProblemCode.NOT_TRANSACTIONAL && problem.severity() == Severity.INFO)
                        .map(Problem::text)
                        .toList();
    }

    @Test
    void aMarkThatNothingNeedsIsTold(TestDatabase database) {
        assertThat(remarks(database, "-- migrator: no-transaction", "CREATE TABLE a (id int);", "DROP TABLE a;"))
                .singleElement()
                .asString()
                .contains("001-a.sql: It is marked no-transaction, but nothing in its text needs that");
    }

    @Test
    void aFileThatGoesInStepsWithoutSayingSoIsTold(TestDatabase database) {
        assertThat(remarks(database, "CREATE TABLE a (id int);", "CREATE INDEX CONCURRENTLY a_id ON a (id);"))
                .singleElement()
                .asString()
                .contains("001-a.sql:2:1", "goes statement by statement");
    }

    @Test
    void whereMarkAndTextAgreeNothingIsSaid(TestDatabase database) {
        assertThat(remarks(database, "-- migrator: no-transaction", "CREATE TABLE a (id int);", "VACUUM a;"))
                .isEmpty();
    }
}
