package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunSettings.ExistingSchema;
import dev.migrator.lock.LockType;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.reconcile.Reconciled;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PgBouncer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What holds for runs holds for reconciling: lease, pooler, cancel, the service's own schema. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class ReconcileFaultsTest {

    private TestDatabase database;
    private MigrationFolder migrations;
    private MigrationFolder expected;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) throws IOException {
        this.database = database;
        migrations = new MigrationFolder(Files.createDirectories(path.resolve("migration")));
        expected = new MigrationFolder(Files.createDirectories(path.resolve("expected")));
        database.execute("CREATE TABLE staff (id int)", "INSERT INTO staff VALUES (7)");
    }

    private MigratorBuilder builder(String url) {
        return MigrateMain.migrator(url, migrations.location())
                .existingSchema(ExistingSchema.ALLOW)
                .expectedSchema(ExpectedSchemaMode.OFF, expected.location());
    }

    private static ReconcileReport reconcile(MigratorBuilder builder) {
        return builder.build().reconcile(ReconcileOptions.FIX);
    }

    @Test
    void aLeaseThatGetsLostIsTakenAgainAndNothingIsWrittenWithoutIt() {
        database.execute("CREATE TABLE tries (n int)");
        expected.write("staff.sql", "CREATE TABLE staff (id int, copy int);").write("staff.backfill.sql", """
                        -- migrator: no-transaction
                        INSERT INTO tries VALUES (1);
                        DELETE FROM migration_locks WHERE (SELECT count(*) FROM tries) = 1;
                        INSERT INTO tries SELECT 100 FROM tries HAVING count(*) = 1;
                        UPDATE staff SET copy = id;
                        """);

        ReconcileReport report = reconcile(builder(database.jdbcUrl()).lockType(LockType.LEASE));

        assertThat(report.orThrow().isComplete()).isTrue();
        assertThat(database.query("SELECT n FROM tries").toString()).isEqualTo("[{n=1}, {n=1}]");
        assertThat(database.value("SELECT copy FROM staff", Integer.class)).isEqualTo(7);
        assertThat(database.value("SELECT count(*) FROM migration_locks WHERE expires_at > now()", Integer.class))
                .isZero();
    }

    /** The whole step goes with its record, whose guard has failed. */
    @Test
    void aTransactionWhoseLeaseIsGoneIsRolledBack() {
        expected.write("staff.sql", "CREATE TABLE staff (id int, copy int);")
                .write("staff.backfill.sql", "UPDATE staff SET copy = id; DELETE FROM migration_locks;");

        assertThatThrownBy(() -> reconcile(builder(database.jdbcUrl()).lockType(LockType.LEASE)))
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().code()).isEqualTo(ProblemCode.LOCK_LOST));
        assertThat(database.value("SELECT copy FROM staff", Integer.class)).isNull();
    }

    @Test
    void behindAPoolerItAddsWhatATransactionCanAndNamesTheRest() {
        migrations.write("001-a.sql", "CREATE TABLE a (id int);");
        expected.write("staff.sql", "CREATE TABLE staff (id int, copy int); CREATE INDEX staff_id ON staff (id);")
                .write("staff.backfill.sql", "UPDATE staff SET copy = id;")
                .write("tool.sql", "CREATE TABLE tool (id int); CREATE INDEX tool_id ON tool (id);")
                .write("tool.backfill.sql", "-- migrator: no-transaction\nVACUUM tool;");
        try (PgBouncer bouncer = PgBouncer.before(database, "transaction", 3)) {
            Migrator migrator = builder(bouncer.jdbcUrl(database)).build();
            migrator.migrate().orThrow();
            assertThat(migrator.drift().state()).isEqualTo(DriftReport.State.NONE);

            ReconcileReport report = migrator.reconcile(ReconcileOptions.FIX);

            assertThat(report.done())
                    .extracting(Reconciled::subject)
                    .contains("column public.staff.copy", "table public.tool", "backfill staff")
                    .doesNotContain("index public.staff.staff_id");
            assertThat(report.failures()).extracting(Problem::code).containsOnly(ProblemCode.POOLED_CONNECTION);
            assertThat(report.failures())
                    .extracting(Problem::subject)
                    .satisfiesExactly(
                            index -> assertThat(index).isEqualTo("index public.staff.staff_id"),
                            backfill -> assertThat(backfill).endsWith("tool.backfill.sql"));
            assertThat(migrator.drift().state()).isEqualTo(DriftReport.State.NONE);
            database.execute("ALTER TABLE a ADD note text");
            migrator.acceptDrift("hot fix");
            assertThat(migrator.drift().state()).isEqualTo(DriftReport.State.NONE);
        }
        assertThat(reconcile(builder(database.jdbcUrl())).orThrow().done())
                .extracting(Reconciled::subject)
                .containsExactlyInAnyOrder("index public.staff.staff_id", "backfill staff", "backfill tool");
    }

    @Test
    void aCancelEndsTheStepThatRunsAndLeavesNothingHeld() throws Exception {
        expected.write("a.sql", "CREATE TABLE a (id int);")
                .write("a.backfill.sql", "INSERT INTO a VALUES (1); SELECT pg_sleep(600);")
                .write("b.sql", "CREATE TABLE b (id int);")
                .write("b.backfill.sql", "INSERT INTO b VALUES (1);");
        Migrator migrator = builder(database.jdbcUrl()).build();
        CompletableFuture<ReconcileReport> running = CompletableFuture.supplyAsync(
                () -> migrator.reconcile(ReconcileOptions.FIX), task -> new Thread(task, "to cancel").start());
        Await.sleepOf(database);

        assertThat(migrator.cancel("by SIGTERM")).isTrue();

        assertThatThrownBy(running::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("cancelled by SIGTERM");
        assertThat(database.query("SELECT name, status FROM schema_migrations WHERE name LIKE 'backfill%' ORDER BY 1")
                        .toString())
                .isEqualTo("[{name=backfill a, status=failed}, {name=backfill b, status=running}]");
        assertThat(database.value("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)", Integer.class))
                .isZero();
        assertThat(migrator.locks().holder()).isNull();
    }

    @Test
    void aCancelEndsTheWaitForTheLock() throws Exception {
        expected.write("a.sql", "CREATE TABLE a (id int);");
        migrations.write("001-long.sql", "SELECT pg_sleep(600);");
        Migrator holder = builder(database.jdbcUrl()).build();
        CompletableFuture<?> run =
                CompletableFuture.supplyAsync(holder::migrate, task -> new Thread(task, "holder").start());
        Await.until("the lock is held", () -> holder.locks().holder() != null);
        Migrator waiting =
                builder(database.jdbcUrl()).lockWait(Duration.ofMinutes(10)).build();
        CompletableFuture<?> wait = CompletableFuture.supplyAsync(
                () -> waiting.reconcile(ReconcileOptions.FIX), task -> new Thread(task, "waiting").start());
        Await.until("one waits", () -> !holder.locks().waiters().isEmpty());

        assertThat(waiting.cancel("on request")).isTrue();

        assertThatThrownBy(wait::join).hasMessageContaining("cancelled on request");
        assertThat(database.exists("a")).isFalse();
        holder.cancel();
        run.join();
    }

    @Test
    void aBackfillFindsTheSchemaOfTheService() {
        database.execute("CREATE SCHEMA app", "CREATE TABLE app.staff (id int)", "INSERT INTO app.staff VALUES (9)");
        expected.write("staff.sql", "CREATE TABLE staff (id int, copy int);")
                .write("staff.backfill.sql", "UPDATE staff SET copy = id;");

        reconcile(builder(database.jdbcUrl()).schema("app")).orThrow();

        assertThat(database.value("SELECT copy FROM app.staff", Integer.class)).isEqualTo(9);
    }
}
