package dev.migrator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.data.FailureRetry;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.Progress;
import dev.migrator.execute.RunReport;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: batches in Java, and what people and the database want of any batch. */
@PostgresTest
class CodeBatchTest {

    private static final String NAME = "20250121-password-bcrypt";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        folder.write(
                "001-t.sql",
                "CREATE TABLE t (id int PRIMARY KEY, word text NOT NULL, hash text, n int DEFAULT 0);"
                        + "INSERT INTO t SELECT i, 'w' || i FROM generate_series(1, 1000) i;");
        database = fresh;
    }

    interface Work {
        void on(MigrationContext context, List<Map<String, Object>> rows) throws Exception;
    }

    /** Hashes words, and counts how often it has seen each. */
    static class Hashing implements BatchMigration {

        private final Work work;
        private BatchSource source = BatchSource.of("t").columns("id", "word");
        private long maxFailures;
        private int size = 100;
        private boolean verified = true;

        Hashing(Work work) {
            this.work = work;
        }

        static void hash(MigrationContext context, List<Map<String, Object>> rows) {
            for (Map<String, Object> row : rows) {
                context.jdbc()
                        .sql("UPDATE t SET hash = ?, n = n + 1 WHERE id = ?")
                        .param("#" + row.get("word"))
                        .param(row.get("id"))
                        .update();
            }
        }

        @Override
        public MigrationName name() {
            return MigrationName.of(NAME);
        }

        @Override
        public BatchSource source() {
            return source;
        }

        @Override
        public Integer batchSize() {
            return size;
        }

        @Override
        public long maxFailures() {
            return maxFailures;
        }

        @Override
        public void migrate(MigrationContext context, List<Map<String, Object>> rows) throws Exception {
            work.on(context, rows);
        }

        @Override
        public boolean verify(MigrationContext context) {
            return verified;
        }
    }

    private MigratorBuilder builder(BatchMigration code) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate())
                .dataMigrations(code);
    }

    private void migrateTheTable() {
        Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build()
                .migrate()
                .orThrow();
    }

    private String dryRun(Work work) {
        return builder(new Hashing(work)).build().dryRun().text();
    }

    private long done() {
        return database.value("SELECT count(*) FROM t WHERE n = 1 AND hash = '#' || word", Long.class);
    }

    private static Problem failure(RunReport report) {
        Problem problem = report.results().get(report.results().size() - 1).problem();
        assertThat(problem).isNotNull();
        return problem;
    }

    @Test
    void everyRowIsGivenOnce() {
        List<Integer> sizes = new ArrayList<>();
        RunReport report = builder(new Hashing((context, rows) -> {
                    sizes.add(rows.size());
                    assertThat(rows.get(0).keySet()).containsExactly("id", "word");
                    Hashing.hash(context, rows);
                }))
                .build()
                .migrate();

        assertThat(report.orThrow().applied()).isEqualTo(2);
        assertThat(sizes).containsExactly(100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
        assertThat(done()).isEqualTo(1000);
        assertThat(database.query("SELECT kind, status, records_processed FROM schema_migrations WHERE kind = 'code'"))
                .containsExactly(Map.of("kind", "code", "status", "success", "records_processed", 1000L));
    }

    /** Range and order are written here, and code only ever sees the rows. */
    @Test
    void theOrderInWhichCodeNamesItsKeyDoesNotMatter() {
        folder.write("002-tenant.sql", "ALTER TABLE t ADD tenant int NOT NULL DEFAULT 1, ADD UNIQUE (tenant, id);");
        Hashing code = new Hashing(Hashing::hash);
        code.source = BatchSource.of("t").key("id", "tenant").columns("id", "word");
        builder(code).build().migrate().orThrow();

        assertThat(done()).isEqualTo(1000);
    }

    @Test
    void onlyRowsOfTheFilterAreGiven() {
        Hashing code = new Hashing(Hashing::hash);
        code.source = BatchSource.of("t").key("id").where("word LIKE '%7' AND word <> '?'");
        builder(code).build().migrate().orThrow();

        assertThat(done()).isEqualTo(100);
    }

    @Test
    void oneBrokenRecordAmongManyIsLeftOutNamedAndRetried() {
        AtomicBoolean mended = new AtomicBoolean();
        Hashing code = new Hashing((context, rows) -> {
            Hashing.hash(context, rows);
            if (!mended.get() && rows.stream().anyMatch(row -> row.get("word").equals("w777"))) {
                throw new IllegalArgumentException("no salt");
            }
        });
        code.maxFailures = 3;
        Migrator migrator = builder(code).build();
        migrator.migrate().orThrow();

        assertThat(done()).isEqualTo(999);
        assertThat(migrator.batches().failures(NAME, 10)).hasSize(1);
        FailureTable.Failure failure = migrator.batches().failures(NAME, 10).get(0);
        assertThat(failure.key()).isEqualTo(new Key(List.of("777")));
        assertThat(failure.message()).contains("no salt");

        assertThat(migrator.batches().retryFailures(NAME)).isEqualTo(new FailureRetry.Retried(0, 1));
        assertThat(migrator.batches().failures(NAME, 10).get(0).attempts()).isEqualTo(2);
        mended.set(true);
        assertThat(migrator.batches().retryFailures(NAME)).isEqualTo(new FailureRetry.Retried(1, 0));
        assertThat(migrator.batches().failures(NAME, 10)).isEmpty();
        assertThat(done()).isEqualTo(1000);
        assertThat(database.query(
                        "SELECT records_processed, metadata->>'recordsFailed' AS failed FROM schema_migrations"
                                + " WHERE kind = 'code'"))
                .containsExactly(Map.of("records_processed", 1000L, "failed", "0"));
    }

    @Test
    void aRetryThatIsStoppedSaysWhatItHasNotTriedAndBlamesNoRowForThat() {
        AtomicInteger retries = new AtomicInteger(-1);
        AtomicReference<Migrator> self = new AtomicReference<>();
        Hashing code = new Hashing((context, rows) -> {
            if (retries.get() < 0 && rows.stream().anyMatch(row -> (int) row.get("id") <= 3)) {
                throw new IllegalArgumentException("no salt");
            }
            Hashing.hash(context, rows);
            if (retries.get() >= 0 && retries.incrementAndGet() == 2) {
                self.get().cancel("SIGTERM");
                throw new SQLException("canceling statement due to user request", "57014");
            }
        });
        code.maxFailures = 3;
        self.set(builder(code).build());
        self.get().migrate().orThrow();
        retries.set(0);

        assertThatThrownBy(() -> self.get().batches().retryFailures(NAME))
                .hasMessageContaining("SIGTERM")
                .hasMessageContaining("1 migrated, 0 fail still, 2 not tried");

        assertThat(self.get().batches().failures(NAME, 10))
                .extracting(failure -> failure.key() + " " + failure.attempts() + " " + failure.message())
                .containsExactly(
                        "2 1 java.lang.IllegalArgumentException: no salt",
                        "3 1 java.lang.IllegalArgumentException: no salt");
        assertThat(done()).isEqualTo(998);
        assertThat(database.value(
                        "SELECT metadata->>'recordsFailed' FROM schema_migrations WHERE kind = 'code'", String.class))
                .isEqualTo("2");
    }

    @Test
    void aBatchOfNoRowsIsRefusedBeforeItBegins() {
        Hashing code = new Hashing(Hashing::hash);
        code.size = 0;

        assertThat(failure(builder(code).build().migrate()).description()).contains("batchSize() is 0");
        assertThat(builder(code).build().dryRun().text()).contains("could not be looked at");
        assertThat(done()).isZero();
    }

    @Test
    void aDryRunTriesTheFirstBatchAndChangesNothing() {
        migrateTheTable();
        List<Boolean> dry = new ArrayList<>();
        String text = dryRun((context, rows) -> {
            dry.add(context.dryRun());
            Hashing.hash(context, rows);
            if (rows.stream().anyMatch(row -> row.get("word").equals("w7"))) {
                throw new IllegalArgumentException("no salt");
            }
        });

        assertThat(text)
                .contains("about 1000 rows by id; next batch: 100 rows, 1 to 100; tried: 99 migrated, 1 could not be: ")
                .contains("no salt");
        assertThat(dry).hasSize(101).containsOnly(true);
        assertThat(done()).isZero();
        assertThat(database.exists("schema_migration_batches")).isFalse();
    }

    @Test
    void aDryRunDoesNotWaitForEachRowThatSomebodyHolds() {
        migrateTheTable();
        List<Integer> tries = new ArrayList<>();
        String text = dryRun((context, rows) -> {
            tries.add(rows.size());
            throw new SQLException("somebody holds it", "55P03");
        });

        assertThat(text).contains("its first batch, 1 to 100, failed when it was tried");
        assertThat(tries).containsExactly(100);
    }

    @Test
    void aDryRunSaysThatItsTableIsNotThereYet() {
        assertThat(dryRun(Hashing::hash))
                .contains(NAME + " (pending; " + Hashing.class.getName() + "): could not be looked at");
    }

    @Test
    void aVerificationThatFailsKeepsTheBatchesAndFailsTheMigration() {
        Hashing code = new Hashing(Hashing::hash);
        code.verified = false;
        assertThat(failure(builder(code).build().migrate()).description())
                .contains("verify()", "stays done", "reset " + NAME)
                .doesNotContain("rolled back");
        assertThat(done()).isEqualTo(1000);
        code.verified = true;
        builder(code).build().migrate().orThrow();

        assertThat(done()).isEqualTo(1000);
    }

    @Test
    void committingInABatchIsRefused() {
        Problem problem = failure(builder(new Hashing(
                        (context, rows) -> context.dataSource().getConnection().commit()))
                .build()
                .migrate());

        assertThat(problem.description()).contains("may not call commit()");
    }

    @Test
    void rowsAreLockedWhileTheyAreMigrated() {
        AtomicReference<String> refused = new AtomicReference<>();
        builder(new Hashing((context, rows) -> {
                    if (refused.get() == null) {
                        try (Connection other = database.connect()) {
                            other.createStatement().execute("SET lock_timeout = '50ms'");
                            other.createStatement()
                                    .execute("UPDATE t SET word = 'x' WHERE id = "
                                            + rows.get(0).get("id"));
                            refused.set("nobody");
                        } catch (SQLException e) {
                            refused.set(e.getSQLState());
                        }
                    }
                    Hashing.hash(context, rows);
                }))
                .build()
                .migrate()
                .orThrow();

        assertThat(refused).hasValue("55P03");
    }

    @Test
    void pausedItWaitsUntilSomebodyResumesIt() throws Exception {
        CompletableFuture<String> held = new CompletableFuture<>();
        AtomicInteger batches = new AtomicInteger();
        Migrator other = builder(new Hashing(Hashing::hash)).build();
        Migrator migrator = builder(new Hashing((context, rows) -> {
                    Hashing.hash(context, rows);
                    if (batches.incrementAndGet() == 3) {
                        // another process: this transaction has not touched the row yet
                        other.batches().pause(NAME, "lunch");
                    }
                }))
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationProgressed progressed
                            && progressed.progress().hold() != null) {
                        held.complete(progressed.progress().hold());
                    }
                })
                .build();
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);

        assertThat(held.get()).contains("paused").contains("resume " + NAME);
        assertThat(batches).hasValue(3);
        BatchStatus status = other.status().batches().get(0);
        assertThat(status.scanned()).isEqualTo(300);
        assertThat(status.wanted()).isEqualTo("pause");
        assertThat(status.position()).isEqualTo("300");
        assertThat(status.isPaused()).isTrue();
        assertThat(status.left()).as("for how long, nobody knows").isNull();
        assertThat(run.isDone()).isFalse();
        database.execute("UPDATE schema_migration_batches SET started_at = started_at - interval '10 hours'");
        other.batches().resume(NAME, null);
        run.get().orThrow();
        assertThat(other.status().batches().get(0).perSecond())
                .as("without the pause")
                .isGreaterThan(1);

        assertThat(done()).isEqualTo(1000);
        assertThat(other.log(NAME, 10)).extracting(line -> line.action()).contains("pause", "resume");
    }

    @Test
    void resumedItIsNotToldToBePausedAlsoWhereItsProcessIsGone() {
        Migrator migrator = builder(new Hashing(Hashing::hash)).build();
        migrator.migrate().orThrow();
        database.execute("UPDATE schema_migration_batches SET status = 'running', wanted = 'pause', hold = '"
                + Progress.PAUSED + "; to go on: resume x'");
        assertThat(migrator.status().batches().get(0).isPaused()).isTrue();

        migrator.batches().resume(NAME, null);

        assertThat(migrator.status().batches().get(0).isPaused()).isFalse();
        database.execute("UPDATE schema_migration_batches SET hold = 'a standby is 11.0 s behind (limit 10.0 s)'");
        migrator.batches().cancel(NAME, null);
        assertThat(migrator.status().batches().get(0).hold()).contains("standby");
    }

    @Test
    void cancelledItStaysSoUntilSomebodyResumesIt() {
        Migrator other = builder(new Hashing(Hashing::hash)).build();
        AtomicInteger batches = new AtomicInteger();
        Migrator migrator = builder(new Hashing((context, rows) -> {
                    Hashing.hash(context, rows);
                    if (batches.incrementAndGet() == 2) {
                        other.batches().cancel(NAME, null);
                    }
                }))
                .build();

        assertThat(failure(migrator.migrate()).code()).isEqualTo(ProblemCode.BATCH_CANCELLED);
        assertThat(done()).isEqualTo(200);
        assertThat(failure(migrator.migrate()).code()).isEqualTo(ProblemCode.BATCH_CANCELLED);
        assertThat(done()).isEqualTo(200);
        other.batches().resume(NAME, null);
        other.migrate().orThrow();
        assertThat(done()).isEqualTo(1000);
        assertThatThrownBy(() -> other.batches().pause(NAME, null)).hasMessageContaining("is done");
        assertThatThrownBy(() -> other.batches().pause("20250101-other", null)).hasMessageContaining("has begun");
    }

    @Test
    void aProcessThatIsToEndSavesAndTheNextGoesOn() {
        AtomicReference<Migrator> self = new AtomicReference<>();
        AtomicInteger batches = new AtomicInteger();
        self.set(builder(new Hashing((context, rows) -> {
                    Hashing.hash(context, rows);
                    if (batches.incrementAndGet() == 4) {
                        Thread stopper = new Thread(() -> self.get().cancel("SIGTERM"));
                        stopper.start();
                        context.jdbc().sql("SELECT pg_sleep(600)").query().singleRow();
                    }
                }))
                .build());

        assertThat(failure(self.get().migrate()).description())
                .contains("SIGTERM", "What its batches have done is done");
        assertThat(done()).isEqualTo(300);
        builder(new Hashing(Hashing::hash)).build().migrate().orThrow();
        assertThat(done()).isEqualTo(1000);
    }

    @Test
    void aSessionThatDiesIsReplacedAndNothingIsDoneTwice() {
        AtomicInteger batches = new AtomicInteger();
        builder(new Hashing((context, rows) -> {
                    Hashing.hash(context, rows);
                    if (batches.incrementAndGet() == 4) {
                        int pid = context.jdbc()
                                .sql("SELECT pg_backend_pid()")
                                .query(Integer.class)
                                .single();
                        database.query("SELECT pg_terminate_backend(?)", pid);
                        context.jdbc().sql("SELECT 1").query().singleRow();
                    }
                }))
                .connectionRetry(3, Duration.ofMillis(10))
                .build()
                .migrate()
                .orThrow();

        assertThat(done()).isEqualTo(1000);
    }

    @Test
    void aRunThatWasTakenOverCommitsNothingMore() {
        AtomicInteger batches = new AtomicInteger();
        RunReport report = builder(new Hashing((context, rows) -> {
                    Hashing.hash(context, rows);
                    if (batches.incrementAndGet() == 3) {
                        database.execute("UPDATE schema_migration_batches SET run_id = 'another'");
                    }
                }))
                .build()
                .migrate();

        assertThat(report.orThrow().applied())
                .as("it looks again, and takes it back")
                .isEqualTo(2);
        assertThat(batches).hasValue(11);
        assertThat(done()).isEqualTo(1000);
    }

    @Test
    void itHoldsWhileOthersWaitForLocks() throws Exception {
        CompletableFuture<String> held = new CompletableFuture<>();
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        try (Connection first = database.connect();
                Connection second = database.connect()) {
            first.setAutoCommit(false);
            first.createStatement().execute("SELECT pg_advisory_xact_lock(77)");
            new Thread(() -> lock(second, waiting)).start();
            database.execute("DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP"
                    + " PERFORM pg_sleep(0.01); END LOOP; END $$");
            builder(new Hashing(Hashing::hash))
                    .batchSettings(new BatchSettings(
                            Duration.ofMillis(1), 1, Duration.ofSeconds(30), Duration.ofSeconds(2), null, null, 0))
                    .listener(event -> {
                        if (event instanceof MigrationEvent.MigrationProgressed progressed
                                && progressed.progress().hold() != null) {
                            held.complete(progressed.progress().hold());
                            release(first);
                        }
                    })
                    .build()
                    .migrate()
                    .orThrow();
            assertThat(held).as("it waited, which is what let the others go on").isDone();
        }

        assertThat(held.get()).isEqualTo("1 sessions wait for locks (limit 0)");
        assertThat(done()).isEqualTo(1000);
    }

    private static void lock(Connection connection, CompletableFuture<Void> done) {
        try {
            connection.createStatement().execute("SELECT pg_advisory_xact_lock(77)");
            done.complete(null);
        } catch (SQLException e) {
            done.completeExceptionally(e);
        }
    }

    private static void release(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
