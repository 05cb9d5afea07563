package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that PostgreSQL refuses in a transaction are found by reading, without a flag, and run in their own way. */
@PostgresTest
class AloneStatementsTest {

    @TempDir
    private Path path;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VACUUM;",
                "VACUUM (ANALYZE) pg_class;",
                "-- why\nVACUUM FULL pg_am; ;",
                "REINDEX SCHEMA public;",
                "CLUSTER;",
                "ALTER SYSTEM RESET ALL;",
            })
    void oneByItselfIsApplied(String statement, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-alone.sql", statement);

        assertThat(trial.applied()).containsExactly("001-alone APPLIED");
        assertThat(trial.history()).containsExactly("001-alone success");
    }

    @Test
    void aDatabaseMayBeCreatedAndDropped(TestDatabase database) {
        String other = "other_" + database.name();

        assertThat(new Trial(database, path)
                        .write("001-create.sql", "CREATE DATABASE " + other + " TEMPLATE template0;")
                        .write("002-drop.sql", "DROP DATABASE " + other + ";")
                        .applied())
                .hasSize(2);
    }

    @Test
    void mixedWithOthersEachRunsInItsOwnWay(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-mixed.sql",
                        "CREATE TABLE t (id int);",
                        "INSERT INTO t VALUES (1);",
                        "VACUUM t;",
                        "CREATE INDEX CONCURRENTLY t_id ON t (id);",
                        "COPY t FROM STDIN;",
                        "2",
                        "\\.",
                        "INSERT INTO t VALUES (3);");

        assertThat(trial.applied()).containsExactly("001-mixed APPLIED");
        assertThat(database.query("SELECT id FROM t ORDER BY id").toString()).isEqualTo("[{id=1}, {id=2}, {id=3}]");
        assertThat(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass", Boolean.class))
                .isTrue();
    }

    @Test
    void aMixedFileGoesOnWhereItFailed(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-mixed.sql",
                        "CREATE TABLE t (id int);",
                        "INSERT INTO t VALUES (1);",
                        "VACUUM t;",
                        "INSERT INTO t VALUES (1/0);");

        Problem problem = trial.failed();

        assertThat(problem.subject()).isEqualTo(trial.shown("001-mixed.sql:4:1"));
        assertThat(problem.description()).contains("3 of its statements are done and stay");
        trial.write(
                "001-mixed.sql",
                "CREATE TABLE t (id int);",
                "INSERT INTO t VALUES (1);",
                "VACUUM t;",
                "INSERT INTO t VALUES (2);");
        assertThat(trial.applied()).containsExactly("001-mixed APPLIED");
        assertThat(database.query("SELECT id FROM t ORDER BY id").toString()).isEqualTo("[{id=1}, {id=2}]");
    }

    @Test
    void aMarkedFileMayHoldSeveralTransactions(TestDatabase database) {
        assertThat(new Trial(database, path)
                        .write(
                                "001-groups.sql",
                                "-- migrator: no-transaction",
                                "BEGIN; CREATE TABLE t (id int); INSERT INTO t VALUES (1); COMMIT;",
                                "INSERT INTO t VALUES (2);",
                                "BEGIN; INSERT INTO t VALUES (3); COMMIT;")
                        .applied())
                .hasSize(1);

        assertThat(database.value("SELECT count(*) FROM t", Integer.class)).isEqualTo(3);
    }

    @Test
    void anErrorInCopiedRowsOfAMixedFileIsToldAtTheRow(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-mixed.sql", "CREATE TABLE t (id int);", "VACUUM t;", "COPY t FROM STDIN;", "1", "x", "\\.");

        assertThat(trial.failed().subject()).isEqualTo(trial.shown("001-mixed.sql:5:1"));
        assertThat(database.value("SELECT count(*) FROM t", Integer.class)).isZero();
    }

    /** VACUUM FULL, CLUSTER and REINDEX stop all who read: they queue as briefly as any other statement. */
    @ParameterizedTest
    @CsvSource({
        "'-- migrator: no-transaction', 100ms",
        "'-- migrator: no-transaction lock-timeout=7s', 7s",
        "'SET lock_timeout = ''9s'';', 9s"
    })
    void oneThatTakesAWholeTableQueuesAsBrieflyAsOthers(String head, String limit, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-tables.sql", """
                        CREATE TABLE seen (k text);
                        CREATE FUNCTION telling(k text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                            IF k = 'tell' THEN
                                RAISE 'the lock time-out is %', current_setting('lock_timeout');
                            END IF;
                            RETURN k;
                        END $$;
                        CREATE INDEX ON seen (telling(k));
                        INSERT INTO seen VALUES ('quiet');
                        """);
        trial.applied();
        trial.write("002-alone.sql", head, "VACUUM FULL seen;");
        database.execute("UPDATE pg_index SET indisready = false WHERE indrelid = 'seen'::regclass");
        database.execute("INSERT INTO seen VALUES ('tell')");
        database.execute("UPDATE pg_index SET indisready = true WHERE indrelid = 'seen'::regclass");

        assertThat(trial.failed().description()).contains("the lock time-out is " + limit);
    }
}
