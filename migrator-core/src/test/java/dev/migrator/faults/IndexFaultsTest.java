package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Concurrent work that waits for somebody's transaction is ended in every way there is: the next start, or the same one,
 * goes on at that statement, and nothing is left behind.
 */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class IndexFaultsTest {

    /** Work that waits for transactions, and how to see that it is done. */
    enum Work {
        CREATE("CREATE INDEX CONCURRENTLY t_word ON t (word);", "SELECT to_regclass('t_word') IS NOT NULL"),
        UNIQUE(
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_u ON t (id);",
                "SELECT to_regclass('t_u') IS NOT NULL"),
        REINDEX_INDEX("REINDEX INDEX CONCURRENTLY t_id;", "SELECT to_regclass('t_id')::oid <> first FROM t_id_was"),
        REINDEX_TABLE("REINDEX (CONCURRENTLY) TABLE t;", "SELECT to_regclass('t_id')::oid <> first FROM t_id_was"),
        UNNAMED(
                "CREATE INDEX CONCURRENTLY ON t (word);",
                "SELECT count(*) = 2 FROM pg_index WHERE indrelid = 't'::regclass"),
        DROP("DROP INDEX CONCURRENTLY t_id;", "SELECT to_regclass('t_id') IS NULL"),
        DETACH(
                "ALTER TABLE parted DETACH PARTITION part CONCURRENTLY;",
                "SELECT count(*) = 0 FROM pg_inherits WHERE inhrelid = 'part'::regclass");

        private final String statement;
        private final String done;

        Work(String statement, String done) {
            this.statement = statement;
            this.done = done;
        }
    }

    private static final String WAITING = "pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'migrator%' AND wait_event = 'virtualxid'";

    private MigrationFolder folder;

    @BeforeEach
    void tables(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        folder.write("001-tables.sql", """
                CREATE TABLE log (k int);
                CREATE TABLE t (id int, word text);
                INSERT INTO t VALUES (1, 'a'), (2, 'b');
                CREATE INDEX t_id ON t (id);
                CREATE TABLE t_id_was AS SELECT 't_id'::regclass::oid AS first;
                CREATE TABLE parted (id int) PARTITION BY LIST (id);
                CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
                """);
        migrator(database).migrate().orThrow();
    }

    private Migrator migrator(TestDatabase database) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .connectionRetry(5, Duration.ofMillis(100))
                .build();
    }

    private void write(Work work) {
        folder.write(
                "002-work.sql", "INSERT INTO log VALUES (1);\n" + work.statement + "\nINSERT INTO log VALUES (2);\n");
    }

    /** Somebody's transaction that has used both tables. */
    private static OpenTransaction blocker(TestDatabase database) {
        return OpenTransaction.of(database, "UPDATE t SET word = word WHERE id = 1", "SELECT count(*) FROM parted");
    }

    private static int awaitWaiting(TestDatabase database) {
        Await.until("it waits", () -> database.value("SELECT count(*) = 1 FROM " + WAITING, Boolean.class));
        return database.value("SELECT pid FROM " + WAITING, Integer.class);
    }

    private static void isDoneOnceAndCleanly(Work work, TestDatabase database) {
        assertThat(database.value(work.done, Boolean.class)).as("done").isTrue();
        assertThat(database.query("SELECT k FROM log ORDER BY k").toString()).isEqualTo("[{k=1}, {k=2}]");
        assertThat(database.query("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                .isEmpty();
        assertThat(database.value("SELECT count(*) FROM pg_inherits WHERE inhdetachpending", Integer.class))
                .isZero();
        assertThat(database.query("SELECT status FROM schema_migrations WHERE version = '002'")
                        .toString())
                .isEqualTo("[{status=success}]");
    }

    @ParameterizedTest
    @EnumSource
    void theProcessIsKilled(Work work, TestDatabase database) throws Exception {
        write(work);
        try (OpenTransaction other = blocker(database);
                ChildJvm child = ChildJvm.of(MigrateMain.class, database.jdbcUrl(), folder.location(), "0")
                        .start()) {
            awaitWaiting(database);
            child.kill();
            other.rollback();
        }

        migrator(database).migrate().orThrow();

        isDoneOnceAndCleanly(work, database);
    }

    /** The run itself takes another session and goes on. */
    @ParameterizedTest
    @EnumSource
    void itsSessionIsTerminated(Work work, TestDatabase database) throws Exception {
        write(work);
        CompletableFuture<RunReport> run;
        try (OpenTransaction other = blocker(database)) {
            run = CompletableFuture.supplyAsync(() -> migrator(database).migrate());
            int pid = awaitWaiting(database);
            database.value("SELECT pg_terminate_backend(?)", Boolean.class, pid);
            Await.until(
                    "the session is gone",
                    () -> database.value(
                            "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = ?", Boolean.class, pid));
            other.rollback();
        }

        run.get(60, TimeUnit.SECONDS).orThrow();

        isDoneOnceAndCleanly(work, database);
    }

    /** By a person, at the server: the failure names whom it waited for. */
    @ParameterizedTest
    @EnumSource
    void itsStatementIsCancelled(Work work, TestDatabase database) throws Exception {
        write(work);
        try (OpenTransaction other = blocker(database)) {
            Seen seen = new Seen();
            CompletableFuture<RunReport> run =
                    CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.jdbcUrl(), folder.location())
                            .listener(seen)
                            .build()
                            .migrate());
            int pid = awaitWaiting(database);
            Await.until("it is told whom it waits for", seen::waits);
            database.value("SELECT pg_cancel_backend(?)", Boolean.class, pid);
            RunReport report = run.get(60, TimeUnit.SECONDS);

            Problem problem = Objects.requireNonNull(report.results().get(0).problem());
            assertThat(problem.description()).contains("57014", "waits for pid ", "idle in transaction");
            other.rollback();
        }

        migrator(database).migrate().orThrow();

        isDoneOnceAndCleanly(work, database);
    }

    /** As by a termination signal: within the platform's patience. */
    @ParameterizedTest
    @EnumSource
    void theRunIsStopped(Work work, TestDatabase database) throws Exception {
        write(work);
        try (OpenTransaction other = blocker(database)) {
            Migrator migrator = migrator(database);
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
            awaitWaiting(database);
            assertThat(migrator.cancel("for a test")).isTrue();
            assertThat(run.get(20, TimeUnit.SECONDS).isSuccess()).isFalse();
            other.rollback();
        }

        migrator(database).migrate().orThrow();

        isDoneOnceAndCleanly(work, database);
    }
}
