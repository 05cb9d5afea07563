package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.RollbackReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2: who stops a run gets it stopped at once, recorded, with nothing half done and no lock left. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class CancelTest {

    private static final String LONG = "CREATE TABLE long (id int); SELECT pg_sleep(600);";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-a.sql", "CREATE TABLE a (id int);");
    }

    private MigratorBuilder builder() {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location());
    }

    private static <T> CompletableFuture<T> started(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task, "run to cancel").start());
    }

    private void awaitActive(String query) {
        Await.until(
                "the server runs " + query,
                () -> database.value(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%" + query + "%')",
                        Boolean.class));
    }

    private String row(String migration) {
        return database.query(
                        "SELECT status, sql_state, error_message FROM schema_migrations WHERE migration_name = ?",
                        migration)
                .toString();
    }

    private static List<String> outcomes(List<StepResult> results) {
        return results.stream()
                .map(result -> result.migration() + " " + result.outcome() + " "
                        + (result.problem() == null
                                ? ""
                                : result.problem().code().id()))
                .toList();
    }

    @Test
    void aTransactionIsRolledBackAndRecordedAsInterruptedAndTheRestIsNotTried() {
        folder.write("002-long.sql", LONG).write("003-c.sql", "CREATE TABLE c (id int);");
        Migrator migrator = builder().build();
        CompletableFuture<RunReport> run = started(migrator::migrate);
        Await.sleepOf(database);

        assertThat(migrator.cancel("by SIGTERM")).isTrue();

        assertThat(outcomes(run.join().results()))
                .containsExactly("001-a APPLIED ", "002-long FAILED interrupted", "003-c NOT_TRIED interrupted");
        assertThat(row("002-long")).contains("status=failed, sql_state=57014", "interrupted: cancelled by SIGTERM");
        assertThat(database.exists("long")).isFalse();
        CrashSet.verifyNoLock(database, "after a cancel");
        assertThat(migrator.cancel()).as("nothing is in progress any more").isTrue();
        folder.write("002-long.sql", "CREATE TABLE long (id int);");
        assertThat(migrator.migrate().orThrow().applied()).isEqualTo(2);
    }

    @Test
    void anIndexThatIsLeftInvalidIsDroppedAtTheNextStart() throws Exception {
        folder.write(
                "002-index.sql",
                "INSERT INTO a VALUES (1);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nINSERT INTO a VALUES (2);");
        Migrator migrator = builder().build();
        builder().build().migrate(MigrateOptions.upTo("001-a")).orThrow();
        try (OpenTransaction old = OpenTransaction.of(database, "INSERT INTO a VALUES (0)")) {
            CompletableFuture<RunReport> run = started(migrator::migrate);
            awaitActive("CREATE INDEX CONCURRENTLY");

            assertThat(migrator.cancel()).isTrue();

            assertThat(outcomes(run.join().results())).containsExactly("002-index FAILED interrupted");
            assertThat(run.join().results().get(0).problem().description()).contains("1 of its statements are done");
            assertThat(database.value(
                            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass", Boolean.class))
                    .isFalse();
            old.commit();
        }

        migrator.migrate().orThrow();

        assertThat(database.query("SELECT id FROM a ORDER BY id")).hasToString("[{id=0}, {id=1}, {id=2}]");
        assertThat(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass", Boolean.class))
                .isTrue();
    }

    @Test
    void aRollbackIsCancelledToo() {
        folder.write("002-b.up.sql", "CREATE TABLE b (id int);")
                .write("002-b.down.sql", "DROP TABLE b; SELECT pg_sleep(600);");
        Migrator migrator = builder().build();
        migrator.migrate().orThrow();
        CompletableFuture<RollbackReport> run = started(() -> migrator.rollback(RollbackOptions.lastOne()));
        Await.sleepOf(database);

        assertThat(migrator.cancel("by Ctrl-C")).isTrue();

        assertThat(outcomes(run.join().results())).containsExactly("002-b FAILED interrupted");
        assertThat(database.exists("b")).isTrue();
        assertThat(row("002-b")).contains("status=success");
        assertThat(migrator.log("002-b", 1)).singleElement().asString().contains("rollback", "failed", "by Ctrl-C");
    }

    @Test
    void whoWaitsForTheLockStopsWaiting() {
        folder.write("002-long.sql", LONG);
        Migrator holder = builder().build();
        CompletableFuture<RunReport> holding = started(holder::migrate);
        Await.sleepOf(database);
        Migrator waiter = builder().lockWait(Duration.ofMinutes(10)).build();
        CompletableFuture<RunReport> waiting = started(waiter::migrate);
        Await.until("it waits", () -> holder.locks().waiters().size() == 1);

        assertThat(waiter.cancel()).isTrue();

        assertThat(codeOf(waiting)).isEqualTo(ProblemCode.INTERRUPTED);
        assertThat(holding).isNotDone();
        holder.cancel();
        holding.join();
    }

    @Test
    void thePauseBeforeAnotherTryEndsAtOnceAndTheTryIsRecorded() throws Exception {
        folder.write("002-alter.sql", "-- migrator: lock-timeout=10ms\nALTER TABLE a ADD COLUMN b int;");
        builder().build().migrate(MigrateOptions.upTo("001-a")).orThrow();
        CompletableFuture<Void> pausing = new CompletableFuture<>();
        Migrator migrator = builder()
                .lockRetry(new RetryPolicy(5, Duration.ofMinutes(10), Duration.ofMinutes(10), false))
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationRetried) {
                        pausing.complete(null);
                    }
                })
                .build();
        try (OpenTransaction reader = OpenTransaction.of(database, "SELECT FROM a")) {
            CompletableFuture<RunReport> run = started(migrator::migrate);
            pausing.join();

            assertThat(migrator.cancel()).isTrue();

            assertThat(outcomes(run.join().results())).containsExactly("002-alter FAILED interrupted");
        }
        assertThat(row("002-alter")).contains("status=failed", "interrupted: cancelled on request");
    }

    @Test
    void thePauseBeforeAnotherConnectionEndsAtOnce() {
        CompletableFuture<Void> pausing = new CompletableFuture<>();
        Migrator migrator = MigrateMain.migrator("jdbc:postgresql://localhost:1/nowhere", folder.location())
                .connectionRetry(5, Duration.ofMinutes(10))
                .listener(event -> {
                    if (event instanceof MigrationEvent.ConnectionRetried) {
                        pausing.complete(null);
                    }
                })
                .build();
        CompletableFuture<RunReport> run = started(migrator::migrate);
        pausing.join();

        assertThat(migrator.cancel()).isTrue();

        assertThat(codeOf(run)).isEqualTo(ProblemCode.INTERRUPTED);
    }

    private static ProblemCode codeOf(CompletableFuture<?> failed) {
        Throwable thrown = failed.handle((report, e) -> e.getCause()).join();
        return ((MigratorException) thrown).first().code();
    }

    @Test
    void aListenerMayCancelItsOwnRun() {
        folder.write("002-long.sql", LONG);
        Migrator[] migrator = new Migrator[1];
        migrator[0] = builder()
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationStarted) {
                        assertThat(migrator[0].cancel())
                                .as("it can't have ended yet")
                                .isFalse();
                    }
                })
                .build();

        assertThat(migrator[0].migrate().isSuccess()).isFalse();

        assertThat(database.exists("a")).isFalse();
    }

    /** Between two looks, or before the first: there is no run to cancel, and none is begun any more. */
    @Test
    void aStopReachesWhatHasNotBegun() {
        Migrator migrator = builder().build();
        assertThat(migrator.dryRun().scripts()).hasSize(1);

        assertThat(migrator.stop("by SIGTERM")).isTrue();

        MigratorException refused = catchThrowableOfType(MigratorException.class, migrator::migrate);
        assertThat(refused.first().code()).isEqualTo(ProblemCode.INTERRUPTED);
        assertThat(refused).hasMessageContaining("by SIGTERM");
        assertThat(database.exists("a")).isFalse();
        assertThat(migrator.pending()).as("it may still be looked").hasSize(1);
    }

    /** Whenever the request comes: what the history says is what is there, and the next run does the rest. */
    @Test
    void atAnyMomentNothingIsHalfDone() {
        for (int round = 0; round < 25; round++) {
            CrashSet.clear(database);
            CrashSet.write(folder.remove("001-a.sql"));
            Migrator migrator = builder().build();
            CompletableFuture<RunReport> run = started(migrator::migrate);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(300_000_000));

            assertThat(migrator.cancel()).isTrue();

            run.handle((report, e) -> report).join();
            assertThat(run).isDone();
            CrashSet.verifyNoLock(database, "round " + round);
            builder().build().migrate().orThrow();
            CrashSet.verify(database, "cancelled in round " + round);
            folder.write("001-a.sql", "");
        }
    }

    @Test
    void aProcessThatIsAskedToEndLeavesARecordAndNoLock() {
        folder.write("002-long.sql", LONG);
        try (ChildJvm child = ChildJvm.of(CancelMain.class, database.jdbcUrl(), folder.location())
                .jvmArgs("-Xshare:auto", "-XX:+UseSerialGC")
                .start()) {
            Await.sleepOf(database);

            child.terminate();

            assertThat(child.waitFor(LIMIT)).as(child.output()).isEqualTo(143);
        }
        assertThat(row("002-long")).contains("status=failed, sql_state=57014", "interrupted: cancelled by SIGTERM");
        assertThat(database.exists("long")).isFalse();
        CrashSet.verifyNoLock(database, "after SIGTERM");
    }
}
