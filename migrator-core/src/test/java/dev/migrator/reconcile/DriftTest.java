package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.RollbackOptions;
import dev.migrator.SchemaSide;
import dev.migrator.faults.Await;
import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.DriftReport.State;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drift is what somebody else did, and never what a migration does or did. */
@PostgresTest
class DriftTest {

    private Expectation service;
    private TestDatabase database;
    private Migrator migrator;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        this.database = database;
        service = new Expectation(database, path);
        migrator = service.migrator(ExpectedSchemaMode.OFF);
        service.migrations.write("001-a.sql", "CREATE TABLE a (id int PRIMARY KEY, name text);");
    }

    @Test
    void afterARunThereIsNoneAndAfterAChangeFromOutsideThereIs() {
        assertThat(migrator.drift().state()).isEqualTo(State.NO_BASELINE);
        migrator.migrate().orThrow();
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);

        database.execute(
                "ALTER TABLE a ADD note text, DROP name", "ALTER TABLE a ALTER id TYPE bigint", "CREATE TABLE b ()");

        DriftReport report = migrator.drift();
        assertThat(report.hasDrift()).isTrue();
        assertThat(report.text().substring(report.text().indexOf('\n') + 1)).isEqualTo("""
                + table public.b
                    CREATE TABLE public.b ();
                ~ column public.a.id
                    type
                      was: integer
                      is:  bigint
                - column public.a.name
                    ALTER TABLE public.a ADD COLUMN name text;
                + column public.a.note
                    ALTER TABLE public.a ADD COLUMN note text;""");
    }

    @Test
    void whatIsAcceptedIsDriftNoMore() {
        migrator.migrate().orThrow();
        database.execute("ALTER TABLE a ADD note text");

        migrator.acceptDrift("hot fix of the night");

        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        assertThat(migrator.drift().reason()).isEqualTo("hot fix of the night");
        assertThat(database.query("SELECT action, detail FROM schema_migrations_log ORDER BY id DESC")
                        .get(0)
                        .toString())
                .isEqualTo("{action=accept-drift, detail=hot fix of the night}");
    }

    @Test
    void theLogTellsWhoAcceptedIt() {
        service.builder(ExpectedSchemaMode.OFF).operator("ada").build().acceptDrift("as it is");

        assertThat(database.value("SELECT actor FROM schema_migrations_log", String.class))
                .startsWith("ada as ");
    }

    @Test
    void theNextRunStoresWhatItMade() {
        migrator.migrate().orThrow();
        service.migrations.write("002-b.sql", "CREATE TABLE b ();").write("003-c.sql", "INSERT INTO a VALUES (1);");
        migrator.migrate().orThrow();

        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        assertThat(database.value("SELECT count(*) FROM schema_migrations_snapshots", Integer.class))
                .isEqualTo(2);
    }

    @Test
    void aRunThatChangesNothingOfTheSchemaStoresNoSecondRow() {
        migrator.migrate().orThrow();
        service.migrations.write("002-b.sql", "INSERT INTO a VALUES (1);");
        migrator.migrate().orThrow();

        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        assertThat(database.value("SELECT count(*) FROM schema_migrations_snapshots", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void whatWasAppliedWithoutBeingStoredIsNotCalledDrift() {
        migrator.migrate().orThrow();
        service.migrations.write("002-b.sql", "CREATE TABLE b ();");
        service.builder(ExpectedSchemaMode.OFF)
                .drift(DriftSettings.OFF)
                .build()
                .migrate()
                .orThrow();

        assertThat(migrator.drift().state()).isEqualTo(State.OUTDATED);
    }

    @Test
    void whatARollbackTookBackIsNotDrift() {
        service.migrations.write("002-b.sql", "CREATE TABLE b ();").write("002-b.down.sql", "DROP TABLE b;");
        migrator.migrate().orThrow();

        migrator.rollback(RollbackOptions.lastOne()).orThrow();

        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        database.execute("CREATE TABLE b ()");
        assertThat(migrator.drift().text()).contains("+ table public.b");
    }

    @Test
    void aRollbackThatEndsInAFailureStoresWhatItTookBack() {
        service.migrations
                .write("001-a.down.sql", "SELECT 1 / 0;")
                .write("002-b.sql", "CREATE TABLE b ();")
                .write("002-b.down.sql", "DROP TABLE b;");
        migrator.migrate().orThrow();

        assertThat(migrator.rollback(RollbackOptions.steps(2)).failed()).isEqualTo(1);

        assertThat(database.exists("b")).isFalse();
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
    }

    /** A repeatable migration without a way back is passed over: the newest row of the history stays the same. */
    @Test
    void aRollbackThatWasNotStoredIsNotCalledDrift() {
        service.migrations
                .write("002-b.sql", "CREATE TABLE b ();")
                .write("002-b.down.sql", "DROP TABLE b;")
                .write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;");
        migrator.migrate().orThrow();
        service.builder(ExpectedSchemaMode.OFF)
                .drift(DriftSettings.OFF)
                .build()
                .rollback(RollbackOptions.lastOne())
                .orThrow();

        assertThat(database.exists("b")).isFalse();
        assertThat(migrator.drift().state()).isEqualTo(State.OUTDATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-transaction", "no-transaction phase=background"})
    void aMigrationThatRunsIsNotDrift(String directives) throws Exception {
        migrator.migrate().orThrow();
        service.migrations.write(
                "002-b.sql", "-- migrator: " + directives + "\nCREATE TABLE b ();\nSELECT pg_advisory_xact_lock(42);");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(42)");
            Thread run = new Thread(() -> migrator.migrate());
            run.start();
            awaitTable("b");

            assertThat(migrator.drift().state()).isEqualTo(State.RUNNING);

            statement.execute("SELECT pg_advisory_unlock(42)");
            run.join();
        }
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
    }

    /** Nothing else was applied, so nothing was stored: what the first statements did is the file's, not somebody's. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1 / 0;", "SELECT pg_terminate_backend(pg_backend_pid());"})
    void aFileThatIsHalfDoneIsNotDrift(String end) {
        migrator.migrate().orThrow();
        service.migrations.write("002-b.sql", "-- migrator: no-transaction\nCREATE TABLE b ();\n" + end);
        Migrator impatient = service.builder(ExpectedSchemaMode.OFF)
                .connectionRetry(0, Duration.ZERO)
                .build();
        assertThatThrownBy(() -> impatient.migrate().orThrow()).isInstanceOf(MigratorException.class);
        assertThat(database.exists("b")).isTrue();

        assertThat(migrator.drift().state()).isEqualTo(State.OUTDATED);
        assertThat(migrator.drift().text()).contains("002-b is half done");

        migrator.acceptDrift("what is there is right");
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        database.execute("CREATE TABLE c ()");
        assertThat(migrator.drift().state()).isEqualTo(State.DRIFTED);
        database.execute("DROP TABLE c");
    }

    @Test
    void aTransactionThatFailedHidesNoDrift() {
        migrator.migrate().orThrow();
        service.migrations.write("002-b.sql", "CREATE TABLE b ();\nSELECT 1 / 0;");
        assertThat(migrator.migrate().failed()).isEqualTo(1);
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        database.execute("CREATE TABLE c ()");
        assertThat(migrator.drift().state()).isEqualTo(State.DRIFTED);
    }

    /** An index that is INVALID because the session that built it is gone. */
    @Test
    void whatAnAdditionLeftIsNotDrift() throws Exception {
        migrator.migrate().orThrow();
        database.execute("INSERT INTO a VALUES (1)");
        service.files.write("a.sql", "CREATE TABLE a (id int PRIMARY KEY, name text); CREATE INDEX i ON a (name);");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE a SET name = 'x'");
            Thread reconciling =
                    new Thread(() -> assertThatThrownBy(service::reconcile).isInstanceOf(MigratorException.class));
            reconciling.start();
            Await.until(
                    "its build waits, and is ended",
                    () -> database.value(
                                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                            + " WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'"
                                            + " AND datname = current_database()",
                                    Integer.class)
                            == 1);
            reconciling.join();
            statement.execute("ROLLBACK");
        }

        assertThat(service.schema()).contains("invalid");
        assertThat(migrator.drift().state()).isEqualTo(State.OUTDATED);
        assertThat(migrator.drift().text()).contains("reconcile: index public.a.i is half done");
        service.reconcile().orThrow();
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
    }

    /** It changes rows, for days perhaps: who changes the schema meanwhile is told. */
    @Test
    void aBatchThatIsHalfDoneHidesNoDrift() {
        service.migrations.write("002-b.sql", "INSERT INTO a SELECT n, 'x' FROM generate_series(1, 10) n;");
        migrator.migrate().orThrow();
        service.migrations.write("003-c.sql", """
                -- migrator: batch table=a key=id size=5 max-failures=0
                UPDATE a SET name = (1 / (id - 7))::text WHERE id BETWEEN :from AND :to;
                """);
        assertThat(migrator.migrate().failed()).isEqualTo(1);
        assertThat(database.value("SELECT count(*) FROM a WHERE name <> 'x'", Integer.class))
                .isPositive();
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        database.execute("CREATE TABLE c ()");
        assertThat(migrator.drift().state()).isEqualTo(State.DRIFTED);
    }

    private void awaitTable(String name) {
        Await.until(name + " is there", () -> database.exists(name));
    }

    @Test
    void aRunStaysSuccessfulWhenTheSnapshotCantBeStored() throws SQLException {
        service.migrations.write("002-b.sql", "CREATE VIEW v AS SELECT id FROM a;");
        database.execute("CREATE TABLE schema_migrations_snapshots (something int)");
        Migrator careless = service.builder(ExpectedSchemaMode.OFF)
                .existingSchema(dev.migrator.execute.RunSettings.ExistingSchema.ALLOW)
                .build();

        assertThat(careless.migrate().orThrow().applied()).isEqualTo(2);
    }

    @Test
    void grantsCountWhereTheyAreAskedFor() {
        String reader = database.createUser("reader");
        Migrator strict = service.builder(ExpectedSchemaMode.OFF)
                .drift(new DriftSettings(true, List.of(), true))
                .build();
        strict.migrate().orThrow();
        database.execute("GRANT SELECT ON a TO " + reader);

        assertThat(strict.drift().text()).contains("is:  SELECT TO " + reader);
        database.execute("REVOKE SELECT ON a FROM " + reader);
        assertThat(strict.drift().state()).isEqualTo(State.NONE);
    }

    @Test
    void theWayFromStoredToLiveIsASqlDraft() {
        migrator.migrate().orThrow();
        database.execute("ALTER TABLE a ADD note text, DROP name");

        assertThat(migrator.diff(SchemaSide.STORED, SchemaSide.LIVE).sql()).isEqualTo("""
                -- what is in it is lost: column public.a.name
                ALTER TABLE public.a DROP COLUMN name;
                ALTER TABLE public.a ADD COLUMN note text;""");
    }

    /** As an earlier release of the server would have stored it, or a later one. */
    @Test
    void theWordsOfAnotherServerAreNoDrift() {
        service.migrations.write("002-b.sql", "CREATE VIEW v AS SELECT id FROM a WHERE name <> '';");
        migrator.migrate().orThrow();
        database.execute("ALTER TABLE schema_migrations_snapshots ADD plain text");
        DriftReport before = migrator.drift();
        restore(" SELECT a.id\n   FROM public.a\n  WHERE (a.name <> ''::text)", 90000);

        assertThat(before.state()).isEqualTo(State.NONE);
        assertThat(migrator.drift().state()).isEqualTo(State.NONE);
        restore(" SELECT a.id\n   FROM public.a\n  WHERE (a.name <> 'x'::text)", 90000);
        assertThat(migrator.drift().text()).contains("~ view public.v");
    }

    private void restore(String view, int serverVersion) {
        String text = migrator.diff(SchemaSide.STORED, SchemaSide.STORED).from().text();
        String changed =
                text.replaceFirst("(?m)(view\tpublic\t\tv\n definition: ).*$", "$1" + view.replace("\n", "\\\\n"));
        try (Connection connection = database.connect();
                var statement = connection.prepareStatement(
                        "UPDATE schema_migrations_snapshots SET content = ?, server_version = ?")) {
            statement.setBytes(1, gzip(changed));
            statement.setInt(2, serverVersion);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(String text) {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var out = new java.util.zip.GZIPOutputStream(bytes)) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
