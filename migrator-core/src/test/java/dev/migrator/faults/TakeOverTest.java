package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A lease is taken over while the server still works for the node that has lost it. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class TakeOverTest {

    private static MigratorBuilder migrator(String url, MigrationFolder folder) {
        return MigrateMain.migrator(url, folder.location())
                .lockType(LockType.LEASE)
                .lockLease(Duration.ofSeconds(2))
                .connectionRetry(0, Duration.ZERO);
    }

    @Test
    void anIndexThatTheOldNodesServerProcessIsBuildingIsWaitedForAndAdopted(TestDatabase database, @TempDir Path path)
            throws Exception {
        MigrationFolder folder = new MigrationFolder(path).write("001-t.sql", "CREATE TABLE t (id int);");
        migrator(database.jdbcUrl(), folder).build().migrate().orThrow();
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_id ON t (id);");
        CompletableFuture<RunReport> second;
        CompletableFuture<RunReport> first;
        try (WireProxy proxy = WireProxy.to(database);
                OpenTransaction application = OpenTransaction.of(database, "INSERT INTO t VALUES (1)")) {
            first = inBackground(migrator(proxy.jdbcUrl(database), folder));
            Await.until("the first one builds", () -> count(database, "pg_stat_progress_create_index", "true") == 1);

            proxy.blackHole();
            second = inBackground(migrator(database.jdbcUrl(), folder));
            Await.until(
                    "the second one has taken over",
                    () -> count(database, "pg_stat_activity", "application_name LIKE 'migrator%002-index'") == 2);
            Await.until("and looks on", () -> looksOn(database));
            application.commit();
            assertThat(second.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        }
        assertThat(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass", Boolean.class))
                .isTrue();
        assertThat(first.handle((report, failure) -> failure != null).get(60, TimeUnit.SECONDS))
                .as("the first one has lost its session and says so")
                .isTrue();
    }

    /** The server goes on with it for the lost node; another reindexing would be the same work twice. */
    @Test
    void aReindexThatTheServerFinishesForTheLostNodeIsNotDoneAgain(TestDatabase database, @TempDir Path path)
            throws Exception {
        MigrationFolder folder =
                new MigrationFolder(path).write("001-t.sql", "CREATE TABLE t (id int); CREATE INDEX t_id ON t (id);");
        migrator(database.jdbcUrl(), folder).build().migrate().orThrow();
        folder.write("002-index.sql", "REINDEX INDEX CONCURRENTLY t_id;");
        int built;
        CompletableFuture<RunReport> first;
        try (WireProxy proxy = WireProxy.to(database);
                OpenTransaction application = OpenTransaction.of(database, "INSERT INTO t VALUES (1)")) {
            first = inBackground(migrator(proxy.jdbcUrl(database), folder));
            Await.until("the first one builds", () -> database.exists("t_id_ccnew"));
            built = database.value("SELECT 't_id_ccnew'::regclass::oid::int", Integer.class);

            proxy.blackHole();
            CompletableFuture<RunReport> second = inBackground(migrator(database.jdbcUrl(), folder));
            Await.until("the second one looks on", () -> looksOn(database));
            application.commit();
            assertThat(second.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        }
        assertThat(database.value("SELECT 't_id'::regclass::oid::int", Integer.class))
                .isEqualTo(built);
        assertThat(first.handle((report, failure) -> failure != null).get(60, TimeUnit.SECONDS))
                .isTrue();
    }

    private static boolean looksOn(TestDatabase database) {
        String asks = "application_name LIKE 'migrator%002-index' AND query LIKE '%pg_stat_progress_create_index%'";
        return count(database, "pg_stat_activity", asks) == 1;
    }

    private static int count(TestDatabase database, String view, String condition) {
        return database.value("SELECT count(*) FROM " + view + " WHERE " + condition, Integer.class);
    }

    private static CompletableFuture<RunReport> inBackground(MigratorBuilder migrator) {
        return CompletableFuture.supplyAsync(() -> migrator.build().migrate());
    }
}
