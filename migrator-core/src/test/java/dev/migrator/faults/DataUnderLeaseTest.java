package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.MigratorBuilder;
import dev.migrator.batch.BatchSettings;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PgBouncer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Migrations in Java and batches where the lock can be lost unnoticed, and where no session is their own. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class DataUnderLeaseTest {

    private static final int ROWS = 1000;
    private static final int SIZE = 100;
    private static final String BATCH = "-- migrator: batch table=t size=" + SIZE + "\n";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        database = fresh;
        folder.write(
                "001-t.sql",
                "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);"
                        + "INSERT INTO t SELECT i FROM generate_series(1, " + ROWS + ") i;");
    }

    interface Work {
        void in(MigrationContext context) throws Exception;
    }

    /** Adds one to each row, and does something more. */
    private record Adding(String text, long maxFailures, Work more) implements BatchMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of(text);
        }

        @Override
        public BatchSource source() {
            return BatchSource.of("t");
        }

        @Override
        public Integer batchSize() {
            return SIZE;
        }

        @Override
        public void migrate(MigrationContext context, List<Map<String, Object>> rows) throws Exception {
            for (Map<String, Object> row : rows) {
                context.jdbc()
                        .sql("UPDATE t SET n = n + 1 WHERE id = ?")
                        .param(row.get("id"))
                        .update();
            }
            more.in(context);
        }
    }

    private record Calling(String text, Work work) implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of(text);
        }

        @Override
        public MigrationResult up(MigrationContext context) throws Exception {
            work.in(context);
            return MigrationResult.success(1);
        }
    }

    private MigratorBuilder behind(String url) {
        return MigrateMain.migrator(url, folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate())
                .listener(events::add);
    }

    private MigratorBuilder leased() {
        return behind(database.jdbcUrl()).lockType(LockType.LEASE).lockLease(Duration.ofSeconds(60));
    }

    /** As if it had not been renewed in time. */
    private void endTheLease() {
        database.execute("UPDATE migration_locks SET expires_at = clock_timestamp()");
    }

    private long rows(String condition) {
        return database.value("SELECT count(*) FROM t WHERE " + condition, Long.class);
    }

    private long lostLocks() {
        return events.stream()
                .filter(event -> event instanceof MigrationEvent.Noted noted
                        && noted.problem().code() == ProblemCode.LOCK_LOST)
                .count();
    }

    @Test
    void aBatchWhoseLeaseHasEndedIsRefusedAndDoneAgainUnderTheNext() {
        AtomicInteger batches = new AtomicInteger();
        RunReport report = leased().dataMigrations(new Adding("002-add", 0, context -> {
                    if (batches.incrementAndGet() == 3) {
                        endTheLease();
                    }
                }))
                .build()
                .migrate();

        assertThat(report.orThrow().applied()).isEqualTo(2);
        assertThat(lostLocks()).isEqualTo(1);
        assertThat(batches).as("one of them twice").hasValue(ROWS / SIZE + 1);
        assertThat(rows("n = 1")).isEqualTo(ROWS);
    }

    @Test
    void aRowIsNotLeftOutWhenTheLeaseHasEnded() {
        AtomicInteger alone = new AtomicInteger();
        leased().dataMigrations(new Adding("002-add", 1, context -> {
                    boolean broken = context.jdbc()
                            .sql("SELECT n FROM t WHERE id = 7")
                            .query(Integer.class)
                            .single()
                            .equals(1);
                    boolean single = context.jdbc()
                            .sql("SELECT count(*) FROM t WHERE xmin = pg_current_xact_id()::xid")
                            .query(Integer.class)
                            .single()
                            .equals(1);
                    if (broken && single && alone.incrementAndGet() == 1) {
                        endTheLease();
                    }
                    if (broken) {
                        throw new IllegalStateException("row 7");
                    }
                }))
                .build()
                .migrate()
                .orThrow();

        assertThat(lostLocks()).isEqualTo(1);
        assertThat(alone).as("tried again under the next lease").hasValue(2);
        assertThat(rows("n = 1")).isEqualTo(ROWS - 1);
        assertThat(database.value("SELECT rows_failed FROM schema_migration_batches", Long.class))
                .isEqualTo(1);
    }

    @Test
    void codeWhoseLeaseHasEndedIsRolledBackAndCalledAgain() {
        AtomicInteger calls = new AtomicInteger();
        leased().dataMigrations(new Calling("002-call", context -> {
                    context.jdbc().sql("UPDATE t SET n = n + 1").update();
                    if (calls.incrementAndGet() == 1) {
                        endTheLease();
                    }
                }))
                .build()
                .migrate()
                .orThrow();

        assertThat(lostLocks()).isEqualTo(1);
        assertThat(calls).hasValue(2);
        assertThat(rows("n = 1")).isEqualTo(ROWS);
    }

    @Test
    void leftOutRowsAreNotRetriedWithoutTheLease() {
        AtomicBoolean retried = new AtomicBoolean();
        MigratorBuilder migrator = leased().dataMigrations(new Adding("002-add", 1, context -> {
            if (retried.get()) {
                endTheLease();
            } else if (context.jdbc()
                    .sql("SELECT n = 1 FROM t WHERE id = 7")
                    .query(Boolean.class)
                    .single()) {
                throw new IllegalStateException("row 7");
            }
        }));
        migrator.build().migrate().orThrow();
        retried.set(true);

        assertThatThrownBy(() -> migrator.build().batches().retryFailures("002-add"))
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().code()).isEqualTo(ProblemCode.LOCK_LOST));
        assertThat(rows("n = 0")).isEqualTo(1);
        assertThat(database.value("SELECT count(*) FROM schema_migration_failures", Long.class))
                .isEqualTo(1);
    }

    /** Its statements are progress for those who wait, although its session is not looked into. */
    @Test
    void codeThatGetsOnIsWaitedFor() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        MigratorBuilder first = leased().lockLease(Duration.ofSeconds(5))
                .dataMigrations(new Calling("002-call", context -> {
                    begun.complete(null);
                    for (int i = 0; i < 60; i++) {
                        context.jdbc().sql("SELECT pg_sleep(0.1)::text").query().singleRow();
                    }
                }));
        MigratorBuilder second =
                leased().lockWait(Duration.ofSeconds(3)).dataMigrations(new Calling("002-call", context -> {}));
        CompletableFuture<RunReport> working =
                CompletableFuture.supplyAsync(() -> first.build().migrate());
        begun.get(60, TimeUnit.SECONDS);

        RunReport waited = second.build().migrate();

        assertThat(waited.orThrow().applied()).isZero();
        assertThat(working.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(2);
    }

    /** Names mean what they mean to the migrations, and each row is done once, with other sessions in between. */
    @Test
    void batchesAndCodeGoThroughAPooler() throws Exception {
        folder.write("002-batch.sql", BATCH + "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 4);
                BusyClient traffic = new BusyClient(bouncer.jdbcUrl(database))) {
            behind(bouncer.jdbcUrl(database))
                    .schema("app")
                    .createSchema(true)
                    .dataMigrations(
                            new Adding("003-add", 0, context -> {}),
                            new Calling(
                                    "004-call",
                                    context -> context.jdbc()
                                            .sql("UPDATE t SET n = n + 1")
                                            .update()))
                    .build()
                    .migrate()
                    .orThrow();
        }

        assertThat(database.value("SELECT count(*) FROM app.t WHERE n = 3", Long.class))
                .isEqualTo(ROWS);
        assertThat(database.query("SELECT rows_done FROM app.schema_migration_batches"))
                .containsOnly(Map.of("rows_done", (long) ROWS));
    }

    private static void leave(MigrationContext context) {
        for (String sql : List.of(
                "SET work_mem = '77MB'",
                "SET search_path = pg_catalog, public",
                "PREPARE leaked AS SELECT 1",
                "CREATE TEMP TABLE IF NOT EXISTS leaked (id int)")) {
            context.jdbc().sql(sql).update();
        }
        context.jdbc().sql("SELECT pg_advisory_lock(4711)::text").query().singleRow();
    }

    @Test
    void nothingThatCodeOrABatchLeavesReachesTheApplication() throws Exception {
        folder.write(
                "002-batch.sql",
                BATCH + "SET work_mem = '77MB';\nSELECT pg_advisory_lock(4712);\n"
                        + "UPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        AtomicInteger batches = new AtomicInteger();
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 1)) {
            String url = bouncer.jdbcUrl(database);
            try (Connection application = DriverManager.getConnection(url + "&prepareThreshold=0");
                    Statement statement = application.createStatement()) {
                String before = state(statement);

                RunReport report = behind(url)
                        .stopOnError(false)
                        .dataMigrations(
                                new Calling("003-call", DataUnderLeaseTest::leave),
                                new Calling("004-fails", context -> {
                                    leave(context);
                                    throw new IllegalStateException("on purpose");
                                }),
                                new Adding("005-add", 0, context -> {
                                    leave(context);
                                    if (batches.incrementAndGet() == 3) {
                                        throw new IllegalStateException("on purpose");
                                    }
                                }))
                        .build()
                        .migrate();

                assertThat(report.applied()).as(report.results().toString()).isEqualTo(4);
                assertThat(state(statement)).isEqualTo(before);
            }
            assertThat(database.query("SELECT objid FROM pg_locks WHERE locktype = 'advisory'"))
                    .isEmpty();
        }
        assertThat(rows("n = 2")).isEqualTo(ROWS);
    }

    private static String state(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                SELECT concat_ws(' ', current_setting('search_path'), current_setting('work_mem'),
                                 current_setting('application_name'), to_regclass('leaked') IS NULL,
                                 (SELECT count(*) FROM pg_prepared_statements WHERE from_sql))""")) {
            row.next();
            return row.getString(1);
        }
    }
}
