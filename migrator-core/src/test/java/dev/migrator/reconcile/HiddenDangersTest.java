package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.expected.ByHand;
import dev.migrator.faults.Await;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks as if it could be added in a moment, and would write a table anew, hold its lock or take somebody's work. */
@PostgresTest
class HiddenDangersTest {

    private Expectation service;
    private TestDatabase database;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        this.database = database;
        service = new Expectation(database, path);
    }

    private String fileOf(String table) {
        return database.value("SELECT pg_relation_filenode(?::regclass)::text", String.class, table);
    }

    private void assertLeftToAPerson(ReconcileReport report, String object, String why) {
        assertThat(report.done()).isEmpty();
        ByHand finding = report.left().byHand().stream()
                .filter(one -> one.object().label().equals(object))
                .findFirst()
                .orElseThrow();
        assertThat(finding.missing()).isTrue();
        assertThat(finding.why()).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE DOMAIN inner_d AS int CHECK (VALUE > 0); CREATE DOMAIN d AS inner_d",
                "CREATE DOMAIN d AS uuid DEFAULT gen_random_uuid()"
            })
    void aDomainMayWriteTheTableAnew(String domain) {
        database.execute(domain, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", "CREATE TABLE t (id int, n d);");
        String before = fileOf("t");

        ReconcileReport report = service.reconcile();

        assertThat(fileOf("t")).isEqualTo(before);
        assertLeftToAPerson(report, "column public.t.n", "written anew");
        assertThat(report.migration()).startsWith("-- writes the whole table anew");
    }

    /** To the owner the table looks empty; it has a row that would be written anew. */
    @Test
    void rowsThatAPolicyHidesAreRows() {
        String owner = database.createUser("owner");
        database.execute(
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + owner,
                "GRANT ALL ON SCHEMA public TO " + owner,
                "CREATE TABLE t (id int)",
                "INSERT INTO t VALUES (1)",
                "ALTER TABLE t OWNER TO " + owner,
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t FORCE ROW LEVEL SECURITY");
        service.files.write("t.sql", "CREATE TABLE t (id int, u uuid DEFAULT gen_random_uuid());");
        String before = fileOf("t");

        ReconcileReport report = as(owner).reconcile(ReconcileOptions.FIX);

        assertThat(fileOf("t")).isEqualTo(before);
        assertLeftToAPerson(report, "column public.t.u", "another one for each row");
    }

    private Migrator as(String user) {
        return service.through(database.urlFor(user), ExpectedSchemaMode.OFF);
    }

    /** CREATE on the database is all that a look needs. */
    @Test
    void aTableThatMayNotBeReadIsTakenForOneWithRows() {
        String visitor = database.createUser("visitor");
        database.execute(
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + visitor,
                "GRANT USAGE ON SCHEMA public TO " + visitor,
                "CREATE TABLE t (id int)");
        service.files.write("t.sql", "CREATE TABLE t (id int, u uuid DEFAULT gen_random_uuid());");

        assertLeftToAPerson(
                as(visitor).reconcile(ReconcileOptions.DRY_RUN), "column public.t.u", "another one for each row");
    }

    /** Attaching a partition reads the default one to its end, and nobody else may use it meanwhile. */
    @Test
    void aPartitionBesideADefaultOneIsLeftToAPerson() {
        String table = "CREATE TABLE p (at date) PARTITION BY RANGE (at); CREATE TABLE rest PARTITION OF p DEFAULT;";
        database.execute(table, "INSERT INTO p VALUES ('2025-05-05')");
        service.files.write(
                "p.sql", table + "CREATE TABLE p26 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');");

        assertLeftToAPerson(service.reconcile(), "table public.p26", "default partition");
        assertThat(database.exists("p26")).isFalse();
    }

    /** Somebody builds by hand what is missing: it is INVALID until they are done, and theirs to finish. */
    @Test
    void anIndexThatIsJustBeingBuiltIsNotDropped() throws Exception {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", "CREATE TABLE t (id int); CREATE INDEX i ON t (id);");
        try (Connection old = database.connect();
                Connection person = database.connect();
                Statement reading = old.createStatement();
                Statement building = person.createStatement()) {
            old.setAutoCommit(false);
            reading.execute("INSERT INTO t VALUES (2)");
            CompletableFuture<Void> built =
                    CompletableFuture.runAsync(() -> execute(building, "CREATE INDEX CONCURRENTLY i ON t (id)"));
            await("SELECT count(*) FROM pg_stat_progress_create_index WHERE index_relid = to_regclass('i')");
            String theirs = database.value("SELECT 'i'::regclass::oid::text", String.class);
            CompletableFuture<ReconcileReport> report = CompletableFuture.supplyAsync(service::reconcile);
            await(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_stat_progress_create_index%' AND pid <> pg_backend_pid()"
                            + " AND application_name LIKE 'migrator%'");
            old.rollback();
            built.get(60, TimeUnit.SECONDS);

            assertThat(report.get(60, TimeUnit.SECONDS).isComplete()).isTrue();
            assertThat(database.value("SELECT 'i'::regclass::oid::text", String.class))
                    .isEqualTo(theirs);
        }
    }

    /** Views are read with a lock on their tables; nothing is wrong with the connection. */
    @Test
    void aLookThatALockIsInTheWayOfSaysSo() throws Exception {
        service.migrations.write("001-t.sql", "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t;");
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
        service.files.write("t.sql", "CREATE TABLE t (id int);");
        Migrator migrator = service.builder(ExpectedSchemaMode.OFF)
                .lockTimeout(Duration.ofMillis(50))
                .build();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");

            assertThatThrownBy(migrator::drift).hasMessageContaining("Another session holds a table's lock");
            assertThatThrownBy(() -> migrator.reconcile(ReconcileOptions.DRY_RUN))
                    .hasMessageContaining("Another session holds a table's lock");
        }
    }

    private static void execute(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String count) {
        Await.until(count, () -> database.value(count, Integer.class) > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TYPE other.mood ADD VALUE 'x';",
                "ALTER DOMAIN other.d ADD CHECK (VALUE > 1);",
                "ALTER SEQUENCE other.q RESTART;",
                "CREATE SCHEMA more CREATE TABLE t (id int);",
                "CREATE SCHEMA AUTHORIZATION CURRENT_USER;"
            })
    void aFileThatWouldTouchWhatIsRealOrIsNotReadIsRefused(String statement) {
        database.execute(
                "CREATE SCHEMA other",
                "CREATE TYPE other.mood AS ENUM ('a')",
                "CREATE DOMAIN other.d AS int",
                "CREATE SEQUENCE other.q");
        service.files.write("t.sql", statement);

        org.assertj.core.api.Assertions.assertThatThrownBy(service::look)
                .hasMessageContaining("t.sql:1:1")
                .hasMessageContaining(
                        statement.contains("SCHEMA") ? "more than the name" : "which no expected file creates");
    }

    /** No snapshot shows it, so it would be missing at each start; and it is nobody's to overwrite. */
    @ParameterizedTest
    @ValueSource(strings = {"citext_hash(citext)", "public.citext_hash(citext)", "public.citext_hash(what citext)"})
    void whatAnExtensionBroughtIsNoExpectedFiles(String function) {
        database.execute("CREATE EXTENSION citext SCHEMA public");
        String body = "SELECT prosrc FROM pg_proc WHERE oid = 'citext_hash(citext)'::regprocedure";
        String before = database.value(body, String.class);
        service.files
                .write("t.sql", "CREATE TABLE t (id int);")
                .write("u.sql", "CREATE FUNCTION " + function + " RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';");

        for (ReconcileOptions options : List.of(ReconcileOptions.DRY_RUN, ReconcileOptions.FIX)) {
            assertThatThrownBy(() -> service.migrator(ExpectedSchemaMode.OFF).reconcile(options))
                    .hasMessageContaining("u.sql")
                    .hasMessageContaining("function public.citext_hash(public.citext) from the extension citext")
                    .hasMessageContaining("Remove it from the file");
        }
        assertThat(database.exists("t")).isFalse();
        assertThat(database.value(body, String.class)).isEqualTo(before);
    }
}
