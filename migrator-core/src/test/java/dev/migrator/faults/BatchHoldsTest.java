package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.batch.BatchSettings;
import dev.migrator.batch.BatchStatus;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.SlowStandby;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: a batched migration waits while the database has something better to do, and says for what. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class BatchHoldsTest {

    private static final int ROWS = 1000;
    private static final int GATE = 4711;
    private static final int MANY = 8;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void table(@TempDir Path path, TestDatabase fresh) {
        database = fresh;
        folder = new MigrationFolder(path)
                .write(
                        "001-t.sql",
                        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); CREATE TABLE other (id int);"
                                + "INSERT INTO other VALUES (1);"
                                + "INSERT INTO t SELECT i FROM generate_series(1, " + ROWS + ") i;");
        migrator(BatchSettings.DEFAULTS.inconsiderate()).migrate().orThrow();
        folder.write(
                "002-n.sql",
                "-- migrator: batch table=t size=100\nUPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
    }

    private Migrator migrator(BatchSettings settings) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .batchSettings(settings)
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationProgressed progressed
                            && progressed.progress().hold() != null) {
                        told.add(progressed.progress().hold());
                    }
                })
                .build();
    }

    private static BatchSettings onlyWith(@Nullable Duration lag, @Nullable Integer active, @Nullable Integer blocked) {
        BatchSettings none = BatchSettings.DEFAULTS.inconsiderate();
        return new BatchSettings(
                none.target(), none.duty(), none.statementTimeout(), none.lockTimeout(), lag, active, blocked);
    }

    private interface Release {
        void now() throws Exception;
    }

    private void isHeldUntil(Release release, BatchSettings settings, String why) throws Exception {
        Migrator migrator = migrator(settings);
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
        Pattern wanted = Pattern.compile(why);
        Await.until("status says why it waits", () -> {
            String hold = hold(migrator);
            return hold != null && wanted.matcher(hold).matches();
        });
        assertThat(run).isNotDone();
        assertThat(database.value("SELECT count(*) FROM t WHERE n > 0", Integer.class))
                .isZero();
        assertThat(told).isNotEmpty().allMatch(text -> wanted.matcher(text).matches());

        release.now();

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Integer.class))
                .isEqualTo(ROWS);
        assertThat(hold(migrator)).isNull();
    }

    private static @Nullable String hold(Migrator migrator) {
        List<BatchStatus> batches = migrator.status().batches();
        return batches.isEmpty() ? null : batches.get(0).hold();
    }

    @Test
    void whileAStandbyIsTooFarBehind() throws Exception {
        try (SlowStandby standby = SlowStandby.of(database)) {
            standby.stall();
            database.execute("INSERT INTO other VALUES (3)");
            Await.until(
                    "the standby is behind",
                    () -> database.value(
                            "SELECT count(*) > 0 FROM pg_stat_replication WHERE replay_lag > interval '2 s'",
                            Boolean.class));

            isHeldUntil(
                    standby::catchUp,
                    onlyWith(Duration.ofSeconds(1), null, null),
                    "a standby is [0-9]+\\.[0-9] s behind \\(limit 1\\.0 s\\)");
        }
    }

    @Test
    void whileTooManySessionsAreBusy() throws Exception {
        String gate = "SELECT pg_advisory_xact_lock(" + GATE + ")";
        behindAGate(gate, gate, "COMMIT", onlyWith(null, 5, null), "[0-9]+ sessions are busy \\(limit 5\\)");
    }

    @Test
    void whileTooManyWritersWaitForLocks() throws Exception {
        behindAGate(
                "UPDATE other SET id = 2",
                "UPDATE other SET id = 3",
                "COMMIT",
                onlyWith(null, null, 5),
                MANY + " sessions wait for locks \\(limit 5\\)");
    }

    /** One session does the first and keeps what it has; many others want the same, until it lets go. */
    private void behindAGate(String first, String others, String letGo, BatchSettings settings, String why)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(MANY);
        List<Future<?>> waiting = new ArrayList<>();
        try (Connection gate = database.connect();
                Statement statement = gate.createStatement()) {
            gate.setAutoCommit(false);
            statement.execute(first);
            for (int i = 0; i < MANY; i++) {
                waiting.add(threads.submit(() -> executeAlone(others)));
            }
            Await.until(
                    "they wait",
                    () -> database.value("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted", Integer.class)
                            == MANY);
            isHeldUntil(
                    () -> {
                        staysInTouch();
                        statement.execute(letGo);
                    },
                    settings,
                    why);
        } finally {
            threads.shutdown();
        }
        for (Future<?> each : waiting) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    /** Else nobody could tell it from one whose process has died. */
    private void staysInTouch() {
        String updated = "SELECT updated_at::text FROM schema_migration_batches";
        String before = database.value(updated, String.class);
        Await.until("its row is written again", () -> !before.equals(database.value(updated, String.class)));
    }

    private void executeAlone(String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
