package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Batches;
import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.badinput.RecordedLog;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service expects is added as far as it is safe, once, and told. */
@PostgresTest
class ReconcileTest {

    private static final String STAFF = """
            CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE staff (
                id bigint PRIMARY KEY,
                tenant_id bigint REFERENCES tenants (id),
                first_name text,
                last_name text,
                display_name text DEFAULT 'nobody',
                CONSTRAINT named CHECK (first_name <> '')
            );
            CREATE INDEX staff_tenant ON staff (tenant_id);
            COMMENT ON COLUMN staff.first_name IS 'given';
            """;

    private Expectation service;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        service = new Expectation(database, path);
    }

    @Test
    void missingColumnsAreAddedFilledAndTold() {
        service.migrations.write("001-a.sql", """
                CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
                CREATE TABLE staff (id bigint PRIMARY KEY, tenant_id bigint, username text);
                INSERT INTO staff VALUES (1, NULL, 'Ada Lovelace');
                """);
        service.files.write("staff.sql", STAFF).write("staff.backfill.sql", """
                        UPDATE staff SET first_name = split_part(username, ' ', 1), last_name = split_part(username, ' ', 2)
                         WHERE first_name IS NULL;
                        UPDATE staff SET display_name = username WHERE display_name = 'nobody';
                        """);

        try (RecordedLog log = new RecordedLog()) {
            service.migrator(ExpectedSchemaMode.FIX).migrate().orThrow();

            assertThat(log.lines())
                    .contains(
                            "INFO Missing columns detected: first_name, last_name, display_name null",
                            "INFO Database schema is up to date null");
        }
        assertThat(service.database
                        .query("SELECT first_name, last_name, display_name FROM staff")
                        .toString())
                .isEqualTo("[{first_name=Ada, last_name=Lovelace, display_name=Ada Lovelace}]");
        assertThat(service.reconcile().done()).isEmpty();
        assertThat(service.look().left().isEmpty()).isTrue();
    }

    @Test
    void everyStepIsInTheHistoryAndItsLogWithItsSql() {
        service.database.execute("CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL)");
        service.files.write("staff.sql", STAFF);

        List<Reconciled> done = service.reconcile().orThrow().done();

        assertThat(done)
                .extracting(Reconciled::subject)
                .containsExactly(
                        "table public.staff",
                        "index public.staff.staff_tenant",
                        "constraint public.staff.staff_tenant_id_fkey",
                        "constraint public.staff.staff_tenant_id_fkey (completed)");
        assertThat(service.database.query("""
                SELECT migration_name, kind, status, metadata ->> 'sql' AS sql, checksum LIKE 'sha256:%' AS hashed
                  FROM schema_migrations ORDER BY id DESC""").get(0).toString())
                .isEqualTo("{migration_name=reconcile: constraint public.staff.staff_tenant_id_fkey (completed),"
                        + " kind=reconcile, status=success,"
                        + " sql=ALTER TABLE public.staff VALIDATE CONSTRAINT staff_tenant_id_fkey;, hashed=true}");
        assertThat(service.database.value(
                        "SELECT count(*) FROM schema_migrations_log WHERE action = 'reconcile'", Integer.class))
                .isEqualTo(4);
    }

    @Test
    void theHistoryOfAdditionsIsNoneOfMigrations() {
        service.migrations.write("001-a.sql", "CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);");
        service.files.write("staff.sql", STAFF);
        Migrator migrator = service.migrator(ExpectedSchemaMode.FIX);
        migrator.migrate().orThrow();

        assertThat(migrator.validate()).isEmpty();
        assertThat(migrator.status().migrations()).hasSize(1);
        assertThat(migrator.status().problems()).isEmpty();
    }

    @Test
    void modeReportChangesNothingAndStopsTheStart() {
        service.migrations.write("001-a.sql", "CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);");
        service.files.write("staff.sql", STAFF);

        assertThatThrownBy(() -> service.migrator(ExpectedSchemaMode.REPORT).migrate())
                .hasMessageContaining("table public.staff: It is missing.")
                .hasMessageContaining("CREATE TABLE public.staff (");
        assertThat(service.database.exists("staff")).isFalse();
    }

    @Test
    void aLabelThatIsMissingStopsTheStartAndACommentDoesNot() {
        service.database.execute("CREATE TYPE mood AS ENUM ('sad')");
        service.files.write("mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
        assertThatThrownBy(() -> service.migrator(ExpectedSchemaMode.REPORT).migrate())
                .hasMessageContaining("enum public.mood: It is missing.")
                .hasMessageContaining("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'sad';");

        service.files.write("mood.sql", "CREATE TYPE mood AS ENUM ('sad'); COMMENT ON TYPE mood IS 'x';");
        service.migrator(ExpectedSchemaMode.REPORT).migrate().orThrow();
        assertThat(service.look().problems()).extracting(Problem::isError).containsExactly(false);
    }

    @Test
    void onTheWayToATargetNothingIsExpectedYet() {
        service.migrations.write("001-a.sql", "CREATE TABLE a ();").write("002-b.sql", "CREATE TABLE b ();");
        service.files.write("b.sql", "CREATE TABLE b ();");

        service.migrator(ExpectedSchemaMode.REPORT)
                .migrate(MigrateOptions.upTo("001-a"))
                .orThrow();

        assertThat(service.database.exists("b")).isFalse();
    }

    @Test
    void aBackfillThatFailedIsTriedAgainAlthoughNothingIsMissingAnyMore() {
        service.database.execute("CREATE TABLE staff (id int)", "INSERT INTO staff VALUES (7)");
        service.files
                .write("staff.sql", "CREATE TABLE staff (id int, copy int);")
                .write("staff.backfill.sql", "UPDATE staff SET copy = id / 0;");

        assertThat(service.reconcile().problems().get(0).text())
                .contains("staff.backfill.sql: ERROR: division by zero");
        assertThat(service.database.value("SELECT copy FROM staff", Integer.class))
                .isNull();

        service.files.write("staff.backfill.sql", "UPDATE staff SET copy = id;");
        assertThat(service.reconcile().orThrow().done())
                .extracting(Reconciled::subject)
                .containsExactly("backfill staff");
        assertThat(service.database.value("SELECT copy FROM staff", Integer.class))
                .isEqualTo(7);
        assertThat(service.reconcile().done()).isEmpty();
    }

    /** A row at a time: each transaction has its own number. */
    @Test
    void aBackfillMayGoInBatchesAndGoesOnWhereItFailed() {
        service.database.execute(
                "CREATE TABLE staff (id int PRIMARY KEY)", "INSERT INTO staff SELECT generate_series(1, 10)");
        service.files.write("staff.sql", "CREATE TABLE staff (id int PRIMARY KEY, copy int, txn xid8);");
        batches("id / (id - 6)");

        assertThat(service.reconcile().problems().get(0).text())
                .contains("staff.backfill.sql: ERROR: division by zero");
        assertThat(filled()).isEqualTo(5);

        service.database.execute("UPDATE staff SET copy = -1 WHERE id = 1");
        batches("id");
        assertThat(service.reconcile().orThrow().done())
                .extracting(Reconciled::subject)
                .containsExactly("backfill staff");
        assertThat(filled()).isEqualTo(10);
        assertThat(service.database.value("SELECT copy FROM staff WHERE id = 1", Integer.class))
                .as("not done again")
                .isEqualTo(-1);
        assertThat(service.database.value("SELECT count(DISTINCT txn) FROM staff WHERE id > 5", Integer.class))
                .isEqualTo(5);
        assertThat(service.reconcile().done()).isEmpty();
    }

    /** Rows that were done before it was added lack it. */
    @Test
    void whatIsAddedLaterIsFilledFromTheFirstRow() {
        service.database.execute(
                "CREATE TABLE staff (id int PRIMARY KEY)", "INSERT INTO staff SELECT generate_series(1, 10)");
        service.files.write("staff.sql", "CREATE TABLE staff (id int PRIMARY KEY, copy int, txn xid8);");
        batches("id / (id - 6)");
        service.reconcile();

        service.files.write("staff.sql", "CREATE TABLE staff (id int PRIMARY KEY, copy int, txn xid8, more int);");
        batches("id, more = id");
        service.reconcile().orThrow();

        assertThat(service.database.value("SELECT count(more) FROM staff", Integer.class))
                .isEqualTo(10);
    }

    @Test
    void oneThatAPersonHasCancelledSaysHowItGoesOn() {
        service.database.execute(
                "CREATE TABLE staff (id int PRIMARY KEY)", "INSERT INTO staff SELECT generate_series(1, 10)");
        service.files.write("staff.sql", "CREATE TABLE staff (id int PRIMARY KEY, copy int, txn xid8);");
        batches("id / (id - 6)");
        service.reconcile();
        Batches steering = service.migrator(ExpectedSchemaMode.OFF).batches();
        steering.cancel("R__backfill_staff", null);
        batches("id");

        assertThat(service.reconcile().problems().toString())
                .contains("A person has cancelled it")
                .contains("resume R__backfill_staff");
        assertThat(steering.status().get(0).status()).isEqualTo("cancelled");

        steering.resume("R__backfill_staff", null);
        service.reconcile().orThrow();
        assertThat(filled()).isEqualTo(10);
    }

    private void batches(String value) {
        service.files.write("staff.backfill.sql", """
                -- migrator: batch table=staff key=id size=1
                UPDATE staff SET txn = pg_current_xact_id(), copy = %s WHERE id BETWEEN :from AND :to;
                """.replace("%s", value));
    }

    private Integer filled() {
        return service.database.value("SELECT count(copy) FROM staff", Integer.class);
    }

    @Test
    void aBatchThatCantBeOneIsRefusedWithItsFile() {
        service.files
                .write("staff.sql", "CREATE TABLE staff (id int PRIMARY KEY, copy int);")
                .write("staff.backfill.sql", "-- migrator: batch table=staff key=id\nUPDATE staff SET copy = 1;");

        assertThat(service.reconcile().problems().get(0).text())
                .contains("staff.backfill.sql")
                .contains("None of its statements has both :from and :to");
    }

    @Test
    void theTimeOfARunBoundsWhatIsAddedAfterIt() {
        service.files.write("a.sql", "CREATE TABLE a ();").write("a.backfill.sql", "SELECT pg_sleep(600);");

        assertThatThrownBy(() -> service.builder(ExpectedSchemaMode.FIX)
                        .timeout(Duration.ofSeconds(2))
                        .build()
                        .migrate())
                .hasMessageContaining("migrator.timeout");

        assertThat(service.database
                        .query("SELECT name, status FROM schema_migrations ORDER BY id")
                        .toString())
                .isEqualTo("[{name=table public.a, status=success}, {name=backfill a, status=failed}]");
    }

    @Test
    void anIndexThatWaitsForAnOldTransactionTellsForWhom() throws Exception {
        service.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", "CREATE TABLE t (id int); CREATE INDEX i ON t (id);");
        try (RecordedLog log = new RecordedLog();
                Connection other = service.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET application_name = 'the old report'");
            statement.execute("INSERT INTO t VALUES (2)");
            CompletableFuture<ReconcileReport> run = CompletableFuture.supplyAsync(service::reconcile);
            awaitLine(log, "index public.t.i: waiting for writers", "the old report");
            other.commit();

            assertThat(run.get(1, TimeUnit.MINUTES).orThrow().isComplete()).isTrue();
        }
    }

    private static void awaitLine(RecordedLog log, String... words) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        boolean told = false;
        while (!told && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            told = List.copyOf(log.lines()).stream()
                    .anyMatch(line -> Stream.of(words).allMatch(line::contains));
        }
        assertThat(told).as(log.lines().toString()).isTrue();
    }

    @Test
    void twoNodesAtOnceAddEachThingOnce() {
        service.files.write("staff.sql", STAFF);
        List<ReconcileReport> reports = Race.run(2, service::reconcile);

        assertThat(reports).allMatch(ReconcileReport::isComplete);
        assertThat(reports.stream().flatMap(report -> report.done().stream()).map(Reconciled::subject))
                .doesNotHaveDuplicates()
                .contains("table public.staff");
    }
}
