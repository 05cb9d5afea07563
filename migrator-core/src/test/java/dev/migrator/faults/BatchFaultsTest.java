package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.batch.BatchSettings;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PgBouncer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Issue 5: every row exactly once, whatever happens to the process. Small in an ordinary build; the figures of the issue
 * come with {@code -Dmigrator.test.kills=20 -Dmigrator.test.rows=500000}.
 */
@PostgresTest
class BatchFaultsTest {

    private static final int KILLS = Integer.getInteger("migrator.test.kills", 3);
    private static final int ROWS = Integer.getInteger("migrator.test.rows", 20_000);
    private static final int HEAP_ROWS = Integer.getInteger("migrator.test.heap-rows", 100_000);
    private static final int EACH_BROKEN = 500;
    private static final String LEASE = "PT3S";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        database = fresh;
    }

    private void table(int rows) {
        folder.write(
                "001-t.sql",
                "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);"
                        + "INSERT INTO t SELECT i FROM generate_series(1, " + rows + ") i;");
        migrator().migrate().orThrow();
    }

    private Migrator migrator() {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate())
                .build();
    }

    private long scanned() {
        return database.exists("schema_migration_batches")
                ? database.value("SELECT COALESCE(max(rows_scanned), 0) FROM schema_migration_batches", Long.class)
                : 0;
    }

    @Test
    void aProcessKilledAtAnyMomentLeavesEachRowDoneOnceOrNotAtAll() {
        eachRowIsDoneOnceWhateverIsKilled(database.jdbcUrl());
    }

    /** The server process goes on for a moment, as somebody else's; the lease ends by itself. */
    @Test
    void soItIsBehindAPoolerInTransactionMode() {
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 4)) {
            eachRowIsDoneOnceWhateverIsKilled(bouncer.jdbcUrl(database));
            assertThat(database.value("SELECT max(token) FROM migration_locks", Long.class))
                    .as("each process had a lease of its own")
                    .isGreaterThanOrEqualTo(KILLS);
        }
    }

    private void eachRowIsDoneOnceWhateverIsKilled(String url) {
        table(ROWS);
        folder.write(
                "002-n.sql",
                "-- migrator: batch table=t size=" + Math.max(50, ROWS / 500)
                        + "\nUPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            long until = (long) ROWS * kill / (KILLS + 2);
            try (ChildJvm child = ChildJvm.of(MigrateMain.class, url, folder.location(), "0", "AUTO", LEASE)
                    .start()) {
                Await.until("progress beyond " + until, () -> scanned() > until);
                LockSupport.parkNanos(random.nextInt(40_000_000));
                child.kill();
            }
            assertThat(database.value("SELECT count(*) FROM t WHERE n > 1", Long.class))
                    .as("done twice after kill %s, seed %s", kill, seed)
                    .isZero();
        }
        assertThat(scanned()).as("the last kill came before the end").isLessThan(ROWS);

        migrator().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .as("seed %s", seed)
                .isEqualTo(ROWS);
        assertThat(database.value("SELECT rows_done FROM schema_migration_batches", Long.class))
                .isEqualTo(ROWS);
    }

    @Test
    void allBrokenRowsAreNamedAndAllOthersDone() {
        int broken = ROWS / EACH_BROKEN;
        table(ROWS);
        folder.write(
                "002-n.sql",
                "-- migrator: batch table=t max-failures=" + broken + "\nUPDATE t SET n = n + 1 / (id % " + EACH_BROKEN
                        + ") + 1 WHERE id BETWEEN :from AND :to;");

        migrator().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n > 0", Long.class))
                .isEqualTo(ROWS - broken);
        assertThat(database.value(
                        "SELECT count(*) FROM schema_migration_failures WHERE record_key[1]::int % " + EACH_BROKEN
                                + " = 0 AND sql_state = '22012'",
                        Long.class))
                .isEqualTo(broken);
    }

    @Test
    void theHeapStaysSmallWhateverTheTablesSize() {
        table(HEAP_ROWS);
        folder.write("002-n.sql", "-- migrator: batch table=t\nUPDATE t SET n = n + 1 WHERE id BETWEEN :from AND :to;");
        try (ChildJvm child = ChildJvm.of(MigrateMain.class, database.jdbcUrl(), folder.location(), "0")
                .maxHeap("32m")
                .start()) {
            assertThat(child.waitFor(Duration.ofMinutes(30))).as(child::output).isZero();
        }

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(HEAP_ROWS);
    }
}
