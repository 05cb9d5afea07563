package dev.migrator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.amend.Amendment;
import dev.migrator.data.FailureRetry;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Issue 5: what may become of table, key and file between two batches, or between two tries. */
@PostgresTest
class BatchEdgesTest {

    private static final String NAME = "20250201-count";
    private static final String RENAMED = "20250203-count-all";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        folder.write("001-begin.sql", "SELECT 1;");
        database = fresh;
        builder().build().migrate().orThrow();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, other int NOT NULL, n int NOT NULL DEFAULT 0)",
                "CREATE UNIQUE INDEX ON t (other, id)",
                "INSERT INTO t SELECT i, -i FROM generate_series(1, 100) i");
    }

    private MigratorBuilder builder() {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate());
    }

    private Problem failure() {
        RunReport report = builder().build().migrate();
        Problem problem = report.results().get(report.results().size() - 1).problem();
        assertThat(problem).isNotNull();
        return problem;
    }

    private void batch(String name, String words, String statement) {
        folder.write(name + ".sql", "-- migrator: batch table=t " + words + "\n" + statement);
    }

    /** Fails at row 51, with 50 rows behind it. */
    private void halfDone() {
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 + 0 / (id - 51) WHERE id BETWEEN :from AND :to;");
        assertThat(failure().description()).contains("at key 51");
    }

    private long doneTwice() {
        return database.value("SELECT count(*) FROM t WHERE n > 1", Long.class);
    }

    @Test
    void aHalfDoneBatchThatIsRenamedAndChangedDoesNotBeginAgain() {
        halfDone();
        folder.remove(NAME + ".sql");
        batch(RENAMED, "size=20", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");

        Problem problem = failure();

        assertThat(problem.code()).isEqualTo(ProblemCode.RESUME_CHANGED);
        assertThat(problem.description()).contains(NAME).contains("50 of 100 rows");
        assertThat(problem.action()).contains("reset " + NAME);
        assertThat(builder().build().dryRun().text()).contains("could not be looked at");
        assertThat(failure().code()).as("nor at the next try").isEqualTo(ProblemCode.RESUME_CHANGED);
        assertThat(doneTwice()).isZero();

        folder.remove(RENAMED + ".sql");
        batch(NAME, "size=20", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(100);
    }

    @Test
    void whoForgetsAHalfDoneBatchMayBeginAnotherOverItsTable() {
        halfDone();
        folder.remove(NAME + ".sql");
        batch(RENAMED, "size=20", "UPDATE t SET n = 7 WHERE id BETWEEN :from AND :to;");
        failure();

        builder().build().amend(new Amendment.Reset(NAME, "given up"));
        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 7", Long.class))
                .isEqualTo(100);
    }

    /** The table is not there: it fails before its first batch. */
    private void failsBeforeItBegins() {
        database.execute("ALTER TABLE t RENAME TO away");
        assertThat(failure().description()).contains("no table t");
        database.execute("ALTER TABLE away RENAME TO t");
    }

    @Test
    void whatWasResetBeginsAtTheFirstRowAlsoWhenItsFirstTryIsRefused() {
        halfDone();
        builder().build().amend(new Amendment.Reset(NAME, "from the first row on"));
        assertThat(builder().build().status().batches()).isEmpty();
        assertThatThrownBy(() -> builder().build().batches().cancel(NAME, null)).hasMessageContaining("has begun");
        failsBeforeItBegins();
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");

        builder().build().migrate().orThrow();

        assertThat(database.query("SELECT n, count(*) AS rows FROM t GROUP BY n ORDER BY n"))
                .containsExactly(Map.of("n", 1, "rows", 50L), Map.of("n", 2, "rows", 50L));
    }

    @Test
    void whatWasTakenBackIsDoneAgainAlsoWhenItsFirstTryIsRefused() {
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        folder.write(NAME + ".down.sql", "UPDATE t SET n = 0;");
        builder().build().migrate().orThrow();
        builder().build().rollback(RollbackOptions.lastOne());
        failsBeforeItBegins();

        assertThat(builder().build().dryRun().text()).contains("next batch: 10 rows, 1 to 10");
        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(100);
    }

    @Test
    void aHalfDoneBatchThatIsMadeAWholeFileDoesNotBeginAgain() {
        halfDone();
        folder.write(NAME + ".sql", "UPDATE t SET n = n + 1;");

        assertThatThrownBy(() -> builder().build().migrate())
                .hasMessageContaining("is no batch any more")
                .hasMessageContaining("reset " + NAME);
        database.execute("UPDATE schema_migrations SET status = 'running', metadata = NULL WHERE status = 'failed'");
        assertThatThrownBy(() -> builder().build().migrate()).hasMessageContaining("is no batch any more");

        assertThat(doneTwice()).isZero();
        builder().build().amend(new Amendment.Reset(NAME, "it does no harm"));
        builder().build().migrate().orThrow();
    }

    @Test
    void aRefusedResumeKeepsItsNumbers() {
        halfDone();
        failsBeforeItBegins();

        assertThat(database.query("SELECT records_processed, metadata->>'recordsScanned' AS scanned"
                        + " FROM schema_migrations WHERE status = 'failed'"))
                .containsExactly(Map.of("records_processed", 50L, "scanned", "50"));
    }

    @Test
    void leftOutRowsGoWithTheNameOfTheirMigration() {
        batch(NAME, "max-failures=1", "UPDATE t SET n = 1 / (id - 51) WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        folder.remove(NAME + ".sql");
        batch(RENAMED, "max-failures=1", "UPDATE t SET n = 1 / (id - 51) WHERE id BETWEEN :from AND :to;");
        Migrator migrator = builder().build();

        migrator.amend(new Amendment.Accept(RENAMED, "a better name"));

        assertThat(migrator.batches().failures(RENAMED, 10)).hasSize(1);
        database.execute("UPDATE t SET id = 151 WHERE id = 51");
        assertThat(migrator.batches().retryFailures(RENAMED)).isEqualTo(new FailureRetry.Retried(1, 0));
    }

    /** One before the traffic and one beside it, under locks of their own. */
    @Test
    void twoFirstBatchesMayMakeTheirTablesAtTheSameMoment() throws Exception {
        batch(NAME, "size=10", "UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        database.execute("ALTER TABLE schema_migration_batches RENAME TO kept");
        batch(RENAMED, "size=10", "UPDATE t SET n = 2 WHERE id BETWEEN :from AND :to;");
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("ALTER TABLE kept RENAME TO schema_migration_batches");
            CompletableFuture<RunReport> run =
                    CompletableFuture.supplyAsync(() -> builder().build().migrate());
            database.execute("DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP"
                    + " PERFORM pg_sleep(0.01); END LOOP; END $$");
            other.commit();

            run.get().orThrow();
        }
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 2", Long.class))
                .isEqualTo(100);
    }

    @Test
    void aRetryHasTheTimeOutsOfItsFile() {
        database.execute("CREATE TABLE slow AS SELECT 1.0 AS seconds");
        batch(
                NAME,
                "max-failures=1\n-- migrator: statement-timeout=200ms",
                "UPDATE t SET n = 1 FROM (SELECT pg_sleep(seconds) FROM slow) s WHERE id = 51 AND id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        assertThat(builder().build().batches().failures(NAME, 1)).hasSize(1);

        assertThat(builder().build().batches().retryFailures(NAME)).isEqualTo(new FailureRetry.Retried(0, 1));
        database.execute("UPDATE slow SET seconds = 0");
        assertThat(builder().build().batches().retryFailures(NAME)).isEqualTo(new FailureRetry.Retried(1, 0));
    }

    @Test
    void aHalfDoneBatchWhoseFileIsThereKeepsNobodyFromTheTable() {
        halfDone();
        batch("20250101-before", "size=20", "UPDATE t SET other = other - 1000 WHERE id BETWEEN :from AND :to;");

        failure();

        assertThat(database.value("SELECT count(*) FROM t WHERE other < -1000", Long.class))
                .isEqualTo(100);
    }

    @Test
    void leftOutRowsAreNotTakenForOthersWhenTheKeyHasChanged() {
        batch(
                NAME,
                "key=other,id max-failures=all size=10",
                "UPDATE t SET n = 1 / (id - 51) WHERE (other, id) BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        // other of the row is -51, which is a number as good as any for an id
        database.execute("INSERT INTO t VALUES (-51, 0, 0)");
        batch(NAME, "key=id size=10", "UPDATE t SET n = 77 WHERE id BETWEEN :from AND :to;");

        assertThatThrownBy(() -> builder().build().batches().retryFailures(NAME))
                .hasMessageContaining("other, id");

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 77", Long.class))
                .isZero();
    }

    @Test
    void leftOutRowsOfAMigrationThatWasTakenBackAreLeftAlone() {
        batch(NAME, "max-failures=all", "UPDATE t SET n = 1 + 0 / (id - 51) WHERE id BETWEEN :from AND :to;");
        folder.write(NAME + ".down.sql", "UPDATE t SET n = 0;");
        builder().build().migrate().orThrow();
        builder().build().rollback(RollbackOptions.lastOne());
        batch(NAME, "max-failures=all", "UPDATE t SET n = 1 WHERE id BETWEEN :from AND :to;");

        assertThatThrownBy(() -> builder().build().batches().retryFailures(NAME))
                .hasMessageContaining("not begun");

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isZero();
    }

    @Test
    void aLeftOutRowThatIsGoneIsSettled() {
        batch(NAME, "max-failures=all", "UPDATE t SET n = 1 / (id - 51) WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        database.execute("DELETE FROM t WHERE id = 51");

        assertThat(builder().build().batches().retryFailures(NAME)).isEqualTo(new FailureRetry.Retried(1, 0));
        assertThat(builder().build().batches().failures(NAME, 10)).isEmpty();
    }

    @Test
    void aTableThatVanishesBetweenTwoBatchesFailsTheMigrationAndNotTheRun() {
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        AtomicBoolean once = new AtomicBoolean();
        RunReport report = builder()
                .listener(event -> {
                    if (event instanceof MigrationEvent.BatchEnded && once.compareAndSet(false, true)) {
                        database.execute("ALTER TABLE t RENAME TO away");
                    }
                })
                .build()
                .migrate();

        assertThat(report.results().get(report.results().size() - 1).problem().description())
                .contains("does not exist")
                .contains("10 rows before it stay done");
        assertThat(
                        database.query(
                                "SELECT status, sql_state, records_processed FROM schema_migrations WHERE kind = 'sql' AND version <> '001'"))
                .containsExactly(Map.of("status", "failed", "sql_state", "42P01", "records_processed", 10L));
        assertThat(builder().build().status().batches().get(0).status()).isEqualTo("failed");

        database.execute("ALTER TABLE away RENAME TO t");
        builder().build().migrate().orThrow();
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(100);
    }

    @Test
    void aTableThatSomebodyLocksBetweenTwoBatchesIsWaitedFor() throws Exception {
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        AtomicBoolean once = new AtomicBoolean();
        CountDownLatch tried = new CountDownLatch(1);
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            Thread release = new Thread(() -> {
                try {
                    tried.await();
                    database.execute("DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP"
                            + " PERFORM pg_sleep(0.01); END LOOP;"
                            + " WHILE EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP"
                            + " PERFORM pg_sleep(0.01); END LOOP; END $$");
                    other.rollback();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            release.start();
            builder()
                    .lockTimeout(Duration.ofMillis(100))
                    .listener(event -> {
                        if (event instanceof MigrationEvent.BatchEnded && once.compareAndSet(false, true)) {
                            lock(other);
                            tried.countDown();
                        }
                    })
                    .build()
                    .migrate()
                    .orThrow();
            release.join();
        }
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(100);
    }

    private static void lock(Connection other) {
        try {
            other.createStatement().execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRowThatIsTooLargeForAnIndexIsLeftOutLikeAnyOther() {
        database.execute("ALTER TABLE t ADD long text", "CREATE INDEX ON t (long)");
        batch(
                NAME,
                "max-failures=1",
                "UPDATE t SET long = CASE id WHEN 51 THEN (SELECT string_agg(md5(random()::text), '') FROM"
                        + " generate_series(1, 1000)) ELSE 'x' END WHERE id BETWEEN :from AND :to;");

        builder().build().migrate().orThrow();

        assertThat(builder().build().batches().failures(NAME, 10))
                .extracting(failed -> failed.key() + " " + failed.sqlState())
                .containsExactly("51 54000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "text COLLATE \"de-x-icu\" ; CASE i % 3 WHEN 0 THEN 'ä' WHEN 1 THEN 'A' ELSE 'a' END || i",
                "text COLLATE anycase ; CASE i % 3 WHEN 0 THEN 'ä' WHEN 1 THEN 'A' ELSE 'a' END || i",
                "hidden.mood ; (ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::hidden.mood",
                "hidden.code ; i::text",
                "float8 ; i / 3.0",
                "timestamp ; timestamp '0044-03-15 12:00:00.123456 BC' + i * interval '1 second'",
                "interval ; i * interval '1 month 3 days'",
                "inet ; inet '10.0.0.0' + i",
                "boolean ; i % 2 = 0",
                "int4range ; int4range(i, i + 5)",
                "bit(12) ; i::bit(12)",
                "text[] ; ARRAY['NULL', i::text, '', chr(34), '{,}', chr(92)]",
                "text ; (ARRAY['NULL', '', '{a,b}', chr(34), chr(92), chr(39), E'\\n', ' ', '%', chr(92) || chr(39)])[1"
                        + " + i % 10] || CASE WHEN i < 10 THEN '' ELSE i::text END"
            })
    void keysOfStrangeTypesAreWalkedOnceEach(String type, String value) {
        database.execute(
                "CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE SCHEMA hidden",
                "CREATE TYPE hidden.mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE DOMAIN hidden.code AS varchar(10) CHECK (VALUE <> '')",
                "DROP TABLE t",
                "CREATE TABLE t (k " + type + ", id int, n int DEFAULT 0, PRIMARY KEY (k, id))",
                "INSERT INTO t SELECT " + value + ", i % 3 FROM generate_series(0, 199) i ON CONFLICT DO NOTHING");
        batch(NAME, "size=7", "UPDATE t SET n = n + 1 WHERE (k, id) BETWEEN :from AND :to;");

        builder().build().migrate().orThrow();

        assertThat(database.query("SELECT DISTINCT n FROM t")).containsExactly(Map.of("n", 1));
        assertThat(database.value(
                        "SELECT rows_done - (SELECT count(*) FROM t) FROM schema_migration_batches", Long.class))
                .isZero();
    }

    /** Its operators are not found, and the server compares as text what the index has in another order. */
    @Test
    void aKeyWhoseComparisonIsOutOfSightIsRefused() {
        database.execute(
                "CREATE SCHEMA extensions",
                "CREATE EXTENSION citext SCHEMA extensions",
                "DROP TABLE t",
                "CREATE TABLE t (k extensions.citext COLLATE \"C\" PRIMARY KEY, n int DEFAULT 0)",
                "INSERT INTO t VALUES ('a'), ('B'), ('c'), ('D')");
        batch(NAME, "size=1", "UPDATE t SET n = n + 1 WHERE k BETWEEN :from AND :to;");

        assertThat(failure().description()).contains("extensions").contains("search path");

        database.execute("ALTER DATABASE " + database.name() + " SET search_path = public, extensions");
        builder().build().migrate().orThrow();
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(4);
    }

    @Test
    void aTypeThatOnlyTheServicesSchemaKnowsIsFoundBetweenBatchesToo() {
        database.execute("CREATE SCHEMA app");
        builder().schema("app").build().migrate().orThrow();
        database.execute(
                "CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE TABLE app.m (k app.mood PRIMARY KEY, n int DEFAULT 0)",
                "INSERT INTO app.m VALUES ('sad'), ('ok'), ('happy')");
        folder.write(
                NAME + ".sql",
                "-- migrator: batch table=m size=1\nSET search_path = public;"
                        + " UPDATE app.m SET n = n + 1 WHERE k BETWEEN :from AND :to;");

        builder().schema("app").build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM app.m WHERE n = 1", Long.class))
                .isEqualTo(3);
    }

    @Test
    void afterAStopTheRateIsThatSinceItWentOn() {
        halfDone();
        database.execute("UPDATE schema_migration_batches SET started_at = started_at - interval '10 hours',"
                + " updated_at = updated_at - interval '9 hours', finished_at = finished_at - interval '9 hours'");
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();

        BatchStatus status = builder().build().status().batches().get(0);
        assertThat(status.position()).isEqualTo("100");
        assertThat(status.perSecond()).isGreaterThan(1);
        assertThat(Duration.between(status.startedAt(), status.updatedAt())).isGreaterThan(Duration.ofHours(9));
    }

    @Test
    void aTableOfAnOlderReleaseIsReadAndGoesOn() {
        halfDone();
        database.execute("ALTER TABLE schema_migration_batches DROP COLUMN resumed_at, DROP COLUMN rows_before");

        BatchStatus before = builder().build().status().batches().get(0);
        assertThat(before.perSecond()).isPositive();
        assertThat(before.left()).as("it does not run").isNull();
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT rows_before FROM schema_migration_batches", Long.class))
                .isEqualTo(50);
        assertThat(doneTwice()).isZero();
    }

    @Test
    void deferredConstraintsBlameTheirRow() {
        database.execute(
                "CREATE TABLE parent (id int PRIMARY KEY)",
                "INSERT INTO parent SELECT i FROM generate_series(1, 200) i WHERE i <> 151",
                "ALTER TABLE t ADD CONSTRAINT later FOREIGN KEY (n) REFERENCES parent DEFERRABLE INITIALLY DEFERRED"
                        + " NOT VALID");
        batch(NAME, "max-failures=1", "UPDATE t SET n = id + 100 WHERE id BETWEEN :from AND :to;");

        builder().build().migrate().orThrow();

        assertThat(builder().build().batches().failures(NAME, 10))
                .extracting(failed -> failed.key() + " " + failed.sqlState())
                .containsExactly("51 23503");
        assertThat(database.value("SELECT count(*) FROM t WHERE n = id + 100", Long.class))
                .isEqualTo(99);
    }

    @Test
    void aSerializableDatabaseIsWalkedWhileOthersWriteToTheCheckpoint() {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_isolation = 'serializable'");
        batch(NAME, "size=10", "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        Migrator other = builder().build();
        AtomicBoolean once = new AtomicBoolean();
        builder()
                .listener(event -> {
                    if (event instanceof MigrationEvent.BatchStarted && once.compareAndSet(false, true)) {
                        other.batches().resume(NAME, null);
                    }
                })
                .build()
                .migrate()
                .orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(100);
    }
}
