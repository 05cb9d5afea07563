package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.Await;
import dev.migrator.postgres.Blocker;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Promise 7: who holds, who waits, who blocks, at one look. */
@PostgresTest
@Timeout(60)
class LocksTest {

    private TestDatabase database;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-a.sql", "CREATE TABLE a (id int);");
        migrator("setup").build().migrate().orThrow();
        folder.write("002-alter.sql", "-- migrator: lock-timeout=0\nALTER TABLE a ADD COLUMN b int;");
    }

    private MigratorBuilder migrator(String application) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .application(application)
                .lockWait(Duration.ofMinutes(5))
                .locations(folder.location());
    }

    private interface Look {
        void at() throws SQLException;
    }

    /** Runs the look while "orders" holds the lock and is blocked by a reader, and "billing" waits for the lock. */
    private void whileBlocked(String reading, Look look) throws Exception {
        try (Connection reader = database.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SET application_name = 'a report'");
            statement.execute(reading);
            CompletableFuture<RunReport> holder = CompletableFuture.supplyAsync(
                    () -> migrator("orders").build().migrate());
            CompletableFuture<Void> waits = new CompletableFuture<>();
            Migrator second = migrator("billing")
                    .listener(event -> {
                        if (event instanceof MigrationEvent.LockWaiting) {
                            waits.complete(null);
                        }
                    })
                    .build();
            await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'a'::regclass)");
            CompletableFuture<RunReport> waiter = CompletableFuture.supplyAsync(second::migrate);
            waits.join();
            look.at();
            reader.rollback();
            holder.join().orThrow();
            waiter.join().orThrow();
        }
    }

    private void await(String condition) {
        Await.until(condition, () -> database.value(condition, Boolean.class));
    }

    @Test
    void holderWaiterAndBlockerAreSeen() throws Exception {
        whileBlocked("SELECT 'password=''hunter2''', count(*) FROM a", () -> {
            LocksReport locks = migrator("looker").build().locks();

            assertThat(locks.holder().application()).isEqualTo("migrator: orders 002-alter");
            assertThat(locks.migration()).isEqualTo("002-alter");
            assertThat(locks.waiters()).singleElement().satisfies(waiter -> {
                assertThat(waiter.application()).isEqualTo("billing");
                assertThat(waiter.describe()).contains("pid " + waiter.pid() + " (billing, user ", "connected for ");
            });
            Blocker blocker = locks.blockers().get(0);
            assertThat(locks.blockers()).hasSize(1);
            assertThat(blocker.application()).isEqualTo("a report");
            assertThat(blocker.state()).isEqualTo("idle in transaction");
            assertThat(blocker.transactionOpenFor()).isNotNull();
            assertThat(blocker.query()).contains("FROM a").doesNotContain("hunter2");
            assertThat(blocker.hint()).startsWith("SELECT pg_terminate_backend(" + blocker.pid() + ")");
            assertThat(locks.remarks()).isEmpty();
        });
        LocksReport after = migrator("looker").build().locks();
        assertThat(after.holder()).isNull();
        assertThat(after.waiters()).isEmpty();
    }

    @Test
    void noTextOfAnotherSessionIsShown() throws Exception {
        whileBlocked(
                "SELECT count(*), 'card 4711' /* it's */, E'it\\'s 0815', $x$31415$x$ AS \"it's\" -- it's\n, '2718' FROM a",
                () -> {
                    String query =
                            migrator("looker").build().locks().blockers().get(0).query();
                    assertThat(query).contains("FROM a", "AS \"it's\"").doesNotContain("4711", "0815", "31415", "2718");
                });
    }

    /** It has no process: a signal would go to nobody, or be refused. */
    @Test
    void aPreparedTransactionIsRolledBackByItsName() {
        Blocker prepared = new Blocker(0, "unknown", "a prepared transaction", "prepared", null, null, null, false);

        assertThat(prepared.hint())
                .contains("pg_prepared_xacts", "ROLLBACK PREPARED")
                .doesNotContain("pg_terminate");
    }

    @Test
    void aRoleWithoutRightsSeesWhoAndIsToldWhatIsHidden() throws Exception {
        String user = database.createUser("reader");
        database.execute("GRANT SELECT ON schema_migrations TO " + user);
        whileBlocked("SELECT count(*) FROM a", () -> {
            LocksReport locks = Migrator.builder()
                    .connection(database.urlFor(user), null, null)
                    .locations(folder.location())
                    .build()
                    .locks();

            assertThat(locks.holder().application()).isEqualTo("migrator: orders 002-alter");
            assertThat(locks.waiters()).extracting("application").containsExactly("billing");
            assertThat(locks.blockers()).singleElement().satisfies(blocker -> {
                assertThat(blocker.isHidden()).isTrue();
                assertThat(blocker.hint()).isNull();
                assertThat(blocker.describe())
                        .contains("a report", "pg_read_all_stats")
                        .doesNotContain("null");
            });
            assertThat(locks.remarks()).singleElement().asString().contains("pg_read_all_stats");
        });
    }

    @Test
    void locksOfAnotherTrackingTableAreNotMixedIn() throws Exception {
        whileBlocked("SELECT count(*) FROM a", () -> {
            LocksReport locks =
                    migrator("looker").table("other_migrations").build().locks();
            assertThat(locks.holder()).isNull();
            assertThat(locks.waiters()).isEmpty();
        });
    }
}
