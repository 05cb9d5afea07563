package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2, never stuck: a file that can't be one transaction goes on where it was, without a person's help. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class ResumeTest {

    private static final String INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";

    private static final String WAITING = "pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'migrator%' AND wait_event = 'virtualxid'";

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
        folder.write("001-table.sql", "CREATE TABLE t (id int, word text);\nINSERT INTO t VALUES (1, 'a'), (1, 'b');");
    }

    private RunReport migrate(TestDatabase database) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .build()
                .migrate();
    }

    private static Problem failure(RunReport report) {
        assertThat(report.failed()).isEqualTo(1);
        return report.results().stream()
                .map(result -> result.problem())
                .filter(problem -> problem != null)
                .findFirst()
                .orElseThrow();
    }

    private static String journal(TestDatabase database) {
        return database.query("SELECT status, statements_done, attempts FROM schema_migrations WHERE version = '002'")
                .toString();
    }

    @Test
    void afterAFailureTheNextRunGoesOnAtTheStatementThatFailed(TestDatabase database) {
        String first = "-- migrator: no-transaction\nCREATE TABLE log (k int);\n";
        folder.write("002-steps.sql", first + "SELECT 1/0;\nINSERT INTO log VALUES (3);\n");

        assertThat(failure(migrate(database)).description()).contains("division by zero");
        assertThat(journal(database)).isEqualTo("[{status=failed, statements_done=1, attempts=1}]");
        folder.write("002-steps.sql", first + "INSERT INTO log VALUES (2);\nINSERT INTO log VALUES (3);\n");
        migrate(database).orThrow();

        assertThat(database.query("SELECT k FROM log ORDER BY k"))
                .extracting(row -> row.get("k"))
                .containsExactly(2, 3);
        assertThat(journal(database)).contains("status=success");
    }

    /** The first tries queue for a tenth of a second only: without others behind them a start would fail. */
    @Test
    void aCopyThatHadToGiveWayIsTriedAgainWithAllOfItsRows(TestDatabase database) throws SQLException {
        migrate(database).orThrow();
        folder.write("002-copy.sql", """
                -- migrator: no-transaction
                SELECT 1;
                COPY t FROM stdin;
                2\tc
                3\td
                \\.
                INSERT INTO t VALUES (4, 'e');
                """);
        try (Connection application = database.connect();
                Statement statement = application.createStatement()) {
            statement.execute("BEGIN; LOCK TABLE t IN SHARE MODE");
            MigrateMain.migrator(database.jdbcUrl(), folder.location())
                    .listener(event -> {
                        if (event instanceof MigrationEvent.MigrationRetried) {
                            rollBack(statement);
                        }
                    })
                    .build()
                    .migrate()
                    .orThrow();
        }

        assertThat(database.value("SELECT string_agg(id || word, ' ' ORDER BY id, word) FROM t", String.class))
                .isEqualTo("1a 1b 2c 3d 4e");
    }

    /** Its work, then a wait for the gate. */
    private void writeCommittingProcedure(TestDatabase database) {
        migrate(database).orThrow();
        database.execute("CREATE TABLE paid (k int)", "CREATE TABLE gate (id int)", """
                CREATE PROCEDURE pay() LANGUAGE plpgsql AS $$ BEGIN
                    INSERT INTO paid VALUES (1);
                    COMMIT;
                    FOR i IN 1..6000 LOOP EXIT WHEN EXISTS (SELECT FROM gate); PERFORM pg_sleep(0.01); END LOOP;
                END $$""");
        folder.write("002-pay.sql", "-- migrator: no-transaction\nCALL pay();\nINSERT INTO t VALUES (2, 'c');");
    }

    /** Somebody locks the tracking table while the procedure is at work, and keeps it until this ends. */
    private static OpenTransaction lockTrackingTableDuring(TestDatabase database) {
        Await.until("the procedure has paid", () -> database.value("SELECT count(*) FROM paid", Integer.class) == 1);
        OpenTransaction somebody = OpenTransaction.of(database, "LOCK TABLE schema_migrations");
        database.execute("INSERT INTO gate VALUES (1)");
        return somebody;
    }

    private CompletableFuture<RunReport> inBackground(
            TestDatabase database, RetryPolicy lockRetry, List<MigrationEvent> events) {
        return CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .lockTimeout(Duration.ofMillis(50))
                .lockRetry(lockRetry)
                .connectionRetry(200, Duration.ofMillis(50))
                .listener(events::add)
                .build()
                .migrate());
    }

    @Test
    void aProcedureThatCommitsRunsOnceWhereItsRecordHasToWait(TestDatabase database) throws Exception {
        writeCommittingProcedure(database);
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        CompletableFuture<RunReport> run = inBackground(
                database, new RetryPolicy(200, Duration.ofMillis(20), Duration.ofMillis(100), false), events);
        try (OpenTransaction somebody = lockTrackingTableDuring(database)) {
            Await.until(
                    "its record is tried again",
                    () -> events.stream().anyMatch(MigrationEvent.ConnectionRetried.class::isInstance) || run.isDone());
            somebody.rollback();
        }

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        assertThat(database.value("SELECT count(*) FROM paid", Integer.class)).isEqualTo(1);
    }

    /** A person decides then, and not a retry: also not one of a service that starts in the background. */
    @Test
    void aProcedureThatCanNotBeRecordedEndsTheRunAndSaysWhatIsDone(TestDatabase database) {
        writeCommittingProcedure(database);
        CompletableFuture<RunReport> run =
                inBackground(database, RetryPolicy.forLocks().withRetries(1), new CopyOnWriteArrayList<>());
        try (OpenTransaction somebody = lockTrackingTableDuring(database)) {
            assertThatThrownBy(() -> run.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(MigratorException.class, e -> {
                        assertThat(e.first().code()).isEqualTo(ProblemCode.MIGRATION_FAILED);
                        assertThat(e.first().text())
                                .contains("002-pay.sql", "1 of its statements are done", "55P03", "pg_locks");
                    });
        }
        assertThat(database.value("SELECT count(*) FROM paid", Integer.class)).isEqualTo(1);
    }

    private static void rollBack(Statement statement) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whereTheDonePartWasChangedNothingRuns(TestDatabase database) {
        String head = "-- migrator: no-transaction\n";
        folder.write("002-steps.sql", head + "CREATE TABLE log (k int);\nSELECT 1/0;\n");
        failure(migrate(database));
        String before = journal(database);
        folder.write("002-steps.sql", head + "CREATE TABLE logs (k int);\nCREATE TABLE other (k int);\n");

        Problem problem = failure(migrate(database));

        assertThat(problem.code()).isEqualTo(ProblemCode.RESUME_CHANGED);
        assertThat(database.exists("logs")).isFalse();
        assertThat(database.exists("other")).isFalse();
        assertThat(journal(database)).isEqualTo(before);
    }

    @Test
    void aUniqueIndexOverDuplicatesNamesThemLeavesNothingAndSucceedsOnceTheyAreGone(TestDatabase database) {
        folder.write("002-unique.sql", "CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id);");

        assertThat(failure(migrate(database)).description()).contains("Key (id)=(1) is duplicated");
        assertThat(database.exists("t_id")).isFalse();

        database.execute("DELETE FROM t WHERE word = 'b'");
        migrate(database).orThrow();
        assertThat(database.exists("t_id")).isTrue();
        assertThat(database.value(INVALID, Integer.class)).isZero();
    }

    @Test
    void anInvalidIndexOfThatNameIsBuiltAnew(TestDatabase database) throws Exception {
        migrate(database).orThrow();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id)");
        } catch (SQLException duplicates) {
            assertThat(database.value(INVALID, Integer.class)).isEqualTo(1);
        }
        database.execute("DELETE FROM t WHERE word = 'b'");
        folder.write("002-unique.sql", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);");

        migrate(database).orThrow();

        assertThat(database.value(INVALID, Integer.class)).isZero();
    }

    /** The client is cut off while the server goes on; the journal has the claim, the catalog the index. */
    @Test
    void anIndexThatTheServerFinishedForADeadClientIsAdopted(TestDatabase database) {
        migrate(database).orThrow();
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);\nINSERT INTO t VALUES (2, 'c');");
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.onClientMessage(message -> {
                if (message.text().startsWith("CREATE INDEX CONCURRENTLY")) {
                    proxy.cutAtClientMessage(message.number(), Cut.AFTER_FORWARDING);
                }
            });
            ChildJvm child = ChildJvm.of(MigrateMain.class, proxy.jdbcUrl(database), folder.location(), "0")
                    .start();
            assertThat(child.waitFor(Duration.ofSeconds(60))).as(child.output()).isEqualTo(1);
        }
        Await.until(
                "the server has built it",
                () -> database.value(
                        "SELECT count(*) = 1 FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('t_word')",
                        Boolean.class));
        Long index = database.value("SELECT 't_word'::regclass::oid", Long.class);

        migrate(database).orThrow();

        assertThat(database.value("SELECT 't_word'::regclass::oid", Long.class)).isEqualTo(index);
        assertThat(database.value("SELECT count(*) FROM t WHERE word = 'c'", Integer.class))
                .isEqualTo(1);
    }

    /** An index that nobody's journal claims is a stranger: not adopted, not dropped. */
    @Test
    void aValidIndexOfAnotherIsNotAdopted(TestDatabase database) {
        migrate(database).orThrow();
        database.execute("CREATE INDEX t_word ON t (id)");
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");

        assertThat(failure(migrate(database)).description()).contains("already exists");
        assertThat(database.exists("t_word")).isTrue();
    }

    @Test
    void aProcessKilledWhileItsIndexWaitsForAnOldSnapshotIsNoHindrance(TestDatabase database) throws Exception {
        migrate(database).orThrow();
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);\nINSERT INTO t VALUES (2, 'c');");
        CompletableFuture<RunReport> restarted;
        try (Connection old = database.connect();
                Statement statement = old.createStatement();
                ChildJvm child = ChildJvm.of(MigrateMain.class, database.jdbcUrl(), folder.location(), "0")
                        .start()) {
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT count(*) FROM t");
            Await.until(
                    "the index waits for the old snapshot",
                    () -> database.value("SELECT count(*) = 1 FROM " + WAITING, Boolean.class));
            int dead = database.value("SELECT pid FROM " + WAITING, Integer.class);
            child.kill();
            restarted = CompletableFuture.supplyAsync(() -> migrate(database));
            Await.until(
                    "the new process waits for it too",
                    () -> database.value("SELECT count(*) = 1 FROM " + WAITING + " AND pid <> ?", Boolean.class, dead));
            old.commit();
        }

        restarted.get(60, TimeUnit.SECONDS).orThrow();

        assertThat(database.value(INVALID, Integer.class)).isZero();
        assertThat(database.value("SELECT count(*) FROM t WHERE word = 'c'", Integer.class))
                .isEqualTo(1);
    }

    /** The server cancels what waits for an old snapshot; what can't be removed at once is removed by the next run. */
    @Test
    void anIndexCutShortByItsStatementTimeOutIsRecordedAsFailedAndHeals(TestDatabase database) throws Exception {
        migrate(database).orThrow();
        folder.write(
                "002-index.sql",
                "-- migrator: no-transaction\n-- migrator: statement-timeout=1s\n"
                        + "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        try (OpenTransaction old = OpenTransaction.of(
                database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM t")) {

            RunReport report = migrate(database);

            assertThat(failure(report).description()).contains("57014");
            assertThat(journal(database)).isEqualTo("[{status=failed, statements_done=0, attempts=1}]");
        }
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        migrate(database).orThrow();
        assertThat(database.value(INVALID, Integer.class)).isZero();
        assertThat(database.exists("t_word")).isTrue();
    }

    @Test
    void twoInstancesWithIndexesToBuildDoNotDeadlock(TestDatabase database) {
        folder.write(
                        "002-index.sql",
                        "CREATE INDEX CONCURRENTLY t_id ON t (id);\nCREATE INDEX CONCURRENTLY t_word ON t (word);")
                .write("003-index.sql", "REINDEX INDEX CONCURRENTLY t_id;\nDROP INDEX CONCURRENTLY t_word;");

        List<RunReport> reports = Race.run(2, () -> migrate(database).orThrow());

        assertThat(reports.stream().mapToInt(RunReport::applied).sum()).isEqualTo(3);
        assertThat(database.value(
                        "SELECT count(*) FROM schema_migrations_log WHERE outcome = 'failed' OR detail LIKE '%deadlock%'",
                        Integer.class))
                .isZero();
        assertThat(database.value(INVALID, Integer.class)).isZero();
    }
}
