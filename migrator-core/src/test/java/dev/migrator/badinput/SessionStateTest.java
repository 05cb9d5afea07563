package dev.migrator.badinput;

import static dev.migrator.problem.ProblemCode.HISTORY_GONE;
import static dev.migrator.problem.ProblemCode.RUN_TIMEOUT;
import static dev.migrator.problem.ProblemCode.UNSAFE_STATEMENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that reach for the session, the lock or the history itself. */
@PostgresTest
@Timeout(60)
class SessionStateTest {

    @TempDir
    private Path path;

    @Test
    void anEmptySearchPathStaysInItsFile(TestDatabase database) {
        new Trial(database, path)
                .write("001-path.sql", "SET search_path = ''; CREATE TABLE public.t (id int);")
                .write("002-next.sql", "CREATE TABLE u (id int);")
                .applied();

        assertThat(database.exists("public.u")).isTrue();
    }

    @Test
    void whatAFileLeavesInTheSessionIsGoneForTheNext(TestDatabase database) {
        new Trial(database, path)
                .write(
                        "001-leaks.sql",
                        "SET statement_timeout = 1; RESET statement_timeout; SET work_mem = '3MB'; SET TIME ZONE 'Asia/Kathmandu';",
                        "SET standard_conforming_strings = off; SET lock_timeout = 17; SET datestyle = 'ISO, DMY';",
                        "CREATE TEMP TABLE u (temporary int); PREPARE q AS SELECT 1; LISTEN x;",
                        "SELECT pg_advisory_lock(42); DECLARE c CURSOR WITH HOLD FOR SELECT 1; SET session_replication_role = replica;")
                .write(
                        "002-next.sql",
                        "CREATE TABLE u (id int); PREPARE q AS SELECT 1;",
                        "CREATE TABLE seen AS SELECT current_setting('work_mem') AS mem, current_setting('TimeZone') AS zone,",
                        "  current_setting('standard_conforming_strings') AS strings, current_setting('lock_timeout') AS lock,",
                        "  current_setting('session_replication_role') AS role, (SELECT count(*) FROM pg_cursors) AS cursors,",
                        "  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks;")
                .applied();

        assertThat(database.query("SELECT * FROM seen").toString())
                .contains("strings=on, lock=100ms, role=origin")
                .doesNotContain("mem=3MB")
                .doesNotContain("Kathmandu");
        assertThat(database.exists("public.u")).isTrue();
    }

    @Test
    void aLockThatAFileGivesAwayIsTakenAgain(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-unlock.sql", "CREATE TABLE t (id int); SELECT pg_advisory_unlock_all();")
                .write("002-next.sql", "CREATE TABLE u (id int);");

        assertThat(trial.applied()).containsExactly("001-unlock APPLIED", "002-next APPLIED");
        assertThat(trial.history()).containsExactly("001-unlock success", "002-next success");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public;",
                "DROP SCHEMA public CASCADE;",
                "DROP TABLE schema_migrations;",
                "DROP TABLE schema_migrations_log;",
                "ALTER TABLE schema_migrations RENAME TO gone;",
                "ALTER TABLE schema_migrations DROP COLUMN checksum;",
            })
    void aFileThatTakesTheHistoryAwayIsToldSo(String statement, TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-drop.sql", "CREATE TABLE second (id int);", statement)
                .write("003-last.sql", "CREATE TABLE last (id int);");

        Problem problem = trial.failed();

        assertThat(problem.code()).isEqualTo(HISTORY_GONE);
        assertThat(problem.subject()).startsWith(trial.shown("002-drop.sql"));
        assertThat(problem.description()).contains("schema_migrations").contains("rolled back");
        assertThat(database.exists("public.first")).isTrue();
        assertThat(database.exists("second")).isFalse();
        assertThat(database.exists("last")).isFalse();
        assertThat(trial.history()).containsExactly("001-first success", "002-drop failed");
    }

    @Test
    void aStepThatTakesTheHistoryAwayIsToldSo(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-drop.sql",
                        "-- migrator: no-transaction",
                        "CREATE TABLE t (id int);",
                        "DROP TABLE schema_migrations;");

        Problem problem = trial.failed();

        assertThat(problem.code()).isEqualTo(HISTORY_GONE);
        assertThat(problem.description()).contains("1 of its statements are done and stay");
        assertThat(trial.history()).containsExactly("001-drop failed");
    }

    @Test
    void aRunThatNeverEndsIsStoppedByItsTimeout(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .with(builder -> builder.timeout(Duration.ofMillis(800)))
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-long.sql", "CREATE TABLE t (id int); SELECT pg_sleep(600);")
                .write("003-last.sql", "CREATE TABLE last (id int);");

        Problem problem = trial.failed();

        assertThat(problem.code()).isEqualTo(RUN_TIMEOUT);
        assertThat(problem.subject()).startsWith(trial.shown("002-long.sql"));
        assertThat(problem.action()).contains("MIGRATION_TIMEOUT");
        assertThat(database.exists("t")).isFalse();
        assertThat(trial.history()).containsExactly("001-first success", "002-long failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('client_encoding', 'LATIN1', false);",
                "DO $$ BEGIN EXECUTE 'SET client_encoding = LATIN1'; END $$;",
                "SELECT set_config('datestyle', 'German', false);",
            })
    void aHiddenChangeOfWhatTheDriverReadsStaysInItsFile(String statement, TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-hidden.sql", statement, "CREATE TABLE t AS SELECT 'déjà'::text AS text;")
                .write("002-next.sql", "INSERT INTO t VALUES ('日本');");

        assertThat(trial.applied()).hasSize(2);
        assertThat(database.query("SELECT text FROM t").toString()).isEqualTo("[{text=déjà}, {text=日本}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('client_encoding', 'LATIN1', false);\nCOPY t FROM STDIN;\n1\n\\.",
                "-- migrator: no-transaction\nSELECT set_config('datestyle', 'German', false);\nSELECT 1;",
            })
    void aHiddenChangeThatTheDriverHearsOfIsToldAndNotTriedAgain(String text, TestDatabase database) {
        Trial trial = new Trial(database, path)
                .with(builder -> builder.connectionRetry(5, Duration.ofSeconds(30)))
                .write("001-first.sql", "CREATE TABLE t (id int);")
                .write("002-hidden.sql", text)
                .write("003-last.sql", "CREATE TABLE last (id int);");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(UNSAFE_STATEMENT);
        assertThat(problem.subject()).isEqualTo(trial.shown("002-hidden.sql"));
        assertThat(problem.description()).containsAnyOf("client_encoding to LATIN1", "DateStyle to German");
        assertThat(problem.action()).contains("ISO");
        assertThat(database.value("SELECT count(*) FROM t", Integer.class)).isZero();
        assertThat(database.exists("last")).isFalse();
    }
}
