package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.lock.LockKey;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.testkit.FakeServer;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a person reads at three in the morning, word for word. */
@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {

    private TestDatabase database;
    private CapturedOutput output;
    private MigrationFolder folder;
    private FailedStart start;

    @BeforeEach
    void service(@TempDir Path path, TestDatabase given, CapturedOutput console) {
        database = given;
        output = console;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
        start = at(given.jdbcUrl());
    }

    private FailedStart at(String url) {
        return new FailedStart(
                output,
                "spring.application.name=loyalty",
                "spring.datasource.url=" + url,
                "migrator.retry.count=0",
                "migrator.locations=" + folder.location());
    }

    private String place() {
        return database.server().host() + ":" + database.server().port() + "/" + database.name();
    }

    private String verifying() {
        return start.told("migrator.auto-migrate=false")
                .replace(place(), "PLACE")
                .replace(folder.path().toString(), "FOLDER");
    }

    private void migrate() {
        Migrator.builder()
                .connection(ConnectionDetails.of(database.jdbcUrl(), null, null))
                .locations(folder.location())
                .build()
                .migrate();
    }

    @Test
    void aFailedMigration() {
        folder.write("002-broken.sql", "CREATE TABLE more (id int);\nINSERT INTO more (di) VALUES (1);\n")
                .write("003-next.sql", "SELECT 1;");

        assertThat(start.told().replace(folder.path().toString(), "FOLDER")).isEqualTo("""
                    The schema can't be brought to the state that this service needs:

                    1. FOLDER/002-broken.sql:2:19: ERROR: column "di" of relation "more" does not exist (SQLSTATE 42703)
                        INSERT INTO more (di) VALUES (1)
                                          ^
                    Everything that 002-broken did was rolled back.
                    2. 003-next: It was not tried: the run stopped at a failure before it.
                    => 1. Mend the file and start again: a failed migration is tried again by itself.
                    2. Mend that one and start again.""");
    }

    @Test
    void anIncompleteSchema(@TempDir Path expected) {
        String files = new MigrationFolder(expected)
                .write("first.sql", "CREATE TABLE first (id int, note text NOT NULL DEFAULT '');")
                .location();

        assertThat(start.told("migrator.expected-schema.mode=report", "migrator.expected-schema.locations=" + files))
                .isEqualTo("""
                    column public.first.note: It is missing.
                    => Reconcile with mode fix, or write a migration:
                    ALTER TABLE public.first ADD COLUMN note text DEFAULT ''::text NOT NULL;""");
    }

    @Test
    void aLockThatAnotherSessionHolds() throws SQLException {
        long key = LockKey.of("public", "schema_migrations").value();
        try (Connection other = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=psql");
                Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + key + ")");
            String told = start.told("migrator.lock.timeout=50")
                    .replaceAll("(pid |backend\\()\\d+", "$1PID")
                    .replaceAll("\\d+ s\\b", "N s")
                    .replaceAll("127\\.0\\.0\\.1|::1", "HOST");

            assertThat(told).isEqualTo("""
                    migration lock: Another session holds it and has made no progress for 50 ms: pid PID (psql, user postgres, HOST,\
                     idle, connected for N s, last statement N s ago).
                    => If that session is dead: SELECT pg_terminate_backend(PID); otherwise wait, or raise migrator.lock.timeout\
                     (MIGRATION_LOCK_TIMEOUT).""");
        }
    }

    @Test
    void pendingMigrationsWhereItMustNotMigrate() {
        migrate();
        folder.write("002-more.sql", "SELECT 1;").write("003-most.sql", "SELECT 1;");

        assertThat(verifying()).isEqualTo("""
                    PLACE: 2 migrations are pending: 002-more, 003-most. This service does not migrate (AUTO_MIGRATE,\
                     migrator.auto-migrate=false).
                    => Run the migrations first, by a deployment step or one start with AUTO_MIGRATE=true; then start this one again.""");
    }

    @Test
    void failedMigrationsWhereItMustNotMigrate() {
        folder.write("002-broken.sql", "SELECT nothing;");
        migrate();

        assertThat(verifying()).isEqualTo("""
                    002-broken: It failed when it was run last (try 1): FOLDER/002-broken.sql:1:8: ERROR: column "nothing" does not\
                     exist (SQLSTATE 42703)
                    => Mend its file, and run the migrations first, by a deployment step or one start with AUTO_MIGRATE=true; then\
                     start this one again.""");
    }

    @Test
    void noTrackingTableWhereItMustNotMigrate() {
        assertThat(verifying()).isEqualTo("""
                    PLACE: There is no tracking table, so no migration was ever applied here, and this service does not migrate\
                     (AUTO_MIGRATE, migrator.auto-migrate=false).
                    => See that this is the right database and schema. If it is, run the migrations first, by a deployment step or\
                     one start with AUTO_MIGRATE=true; then start this one again.""");
    }

    @Test
    void aFileThatWasChangedWhereThatIsAnError() {
        migrate();
        folder.write("001-first.sql", "CREATE TABLE first (id bigint);");

        assertThat(start.told("migrator.on-checksum-mismatch=fail").replaceAll("[0-9a-f]{64}", "HASH"))
                .isEqualTo("""
                    001-first: The file was changed after it was applied: the history has sha256:HASH, the file now has sha256:HASH.
                    => Restore the file and put the change into a new migration; or accept the new text: accept 001-first""");
    }

    @Test
    void namesThatAreNoNames() {
        folder.write("20250231-no-such-day.sql", "SELECT 1;").write("add users.sql", "SELECT 1;");

        assertThat(start.told("migrator.on-unknown-file=fail")
                        .replace(folder.path().toString(), "FOLDER"))
                .isEqualTo("""
                    The schema can't be brought to the state that this service needs:

                    1. FOLDER/20250231-no-such-day.sql: begins with 20250231, which is not a date.
                    2. FOLDER/add users.sql: is not run: it begins neither with a date, a timestamp or a number, nor with V or R__.
                    => 1. Name a day or second that exists; a number needs fewer digits.
                    2. Use a form such as 20250202-add-customer-fields.sql or 003-add-reset-token-fields.sql.""");
    }

    @Test
    void aTableOfAnotherTool() {
        database.execute("CREATE TABLE schema_migrations (version text PRIMARY KEY)");

        assertThat(start.told()).isEqualTo("""
                    public.schema_migrations: This table belongs to Rails or dbmate (columns version).
                    => Keep it, and give the history of this service another name: migrator.table.""");
    }

    @Test
    void tablesWithoutHistory() {
        database.execute("CREATE TABLE customers (id int)");

        assertThat(start.told()).isEqualTo("""
                    public.schema_migrations: The history does not exist, but the schema has tables (customers): it may have been\
                     lost, and beginning again from the first migration would do everything twice.
                    => Restore the history; or adopt what is there with: baseline; or, if the tables have nothing to do with the\
                     migrations, set migrator.existing-schema=allow.""");
    }

    @Test
    void aRoleThatMayNotCreate() {
        String role = database.createUser("app");
        database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        assertThat(at(database.urlFor(role)).told().replace(role, "ROLE")).isEqualTo("""
                    public.schema_migrations: Role ROLE may not create the tracking tables: ERROR: permission denied for schema public
                    => GRANT USAGE, CREATE ON SCHEMA "public" TO "ROLE";""");
    }

    @Test
    void aSchemaThatIsNotThere() {
        assertThat(start.told("migrator.schema=loyalty")).isEqualTo("""
                    loyalty.schema_migrations: The schema loyalty does not exist.
                    => Create it, or let it be created: migrator.create-schema=true.""");
    }

    @Test
    void aDatabaseThatCannotBeWritten() {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");

        assertThat(start.told().replace(database.name(), "NAME")).isEqualTo("""
                    NAME: The database is read-only (default_transaction_read_only), and migrations are pending.
                    => Let it be written (ALTER DATABASE or ALTER ROLE … RESET default_transaction_read_only), or start the service\
                     when the migrations are applied.""");
    }

    @Test
    void aServerThatIsAway() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        assertThat(at("jdbc:postgresql://127.0.0.1:" + port + "/loyalty?user=app&password=Top-Secret-1")
                        .told("migrator.retry.count=1", "migrator.retry.delay=10ms")
                        .replace(":" + port, ":PORT"))
                .isEqualTo("""
                    127.0.0.1:PORT/loyalty: The database can't be used: Connection to 127.0.0.1:PORT refused. Check that the hostname\
                     and port are correct and that the postmaster is accepting TCP/IP connections. (SQLSTATE 08001)
                    => Check that the server runs, and host and port of the URL.""");
        assertThat(output).doesNotContain("Top-Secret-1").containsOnlyOnce("Trying again in 10 ms");
    }

    @Test
    void aWrongPassword() throws IOException {
        try (FakeServer server = FakeServer.thatRefuses("28P01", "password authentication failed for user \"app\"")) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/loyalty";

            assertThat(at(url).told("spring.datasource.username=app", "spring.datasource.password=Top-Secret-1")
                            .replace(":" + server.port(), ":PORT"))
                    .isEqualTo("""
                    127.0.0.1:PORT/loyalty: The database can't be used: FATAL: password authentication failed for user "app"\
                     (SQLSTATE 28P01)
                    => Check the name and password of user "app", and pg_hba.conf of the server.""");
            assertThat(output).doesNotContain("Top-Secret-1");
        }
    }

    @Test
    void aDatabaseThatDoesNotExist() {
        String place = database.server().host() + ":" + database.server().port() + "/";
        assertThat(at(database.jdbcUrl().replace("/" + database.name() + "?", "/no_such_db?"))
                        .told()
                        .replace(place, "PLACE/"))
                .isEqualTo("""
                    PLACE/no_such_db: The database can't be used: FATAL: database "no_such_db" does not exist (SQLSTATE 3D000)
                    => Create the database, or correct its name in the URL.""");
    }

    @Test
    void aPoolerThatTakesNoOptions() throws IOException {
        try (FakeServer server = FakeServer.thatRefuses("08P01", "unsupported startup parameter: options")) {
            assertThat(at("jdbc:postgresql://127.0.0.1:" + server.port() + "/loyalty?user=app")
                            .told()
                            .replace(":" + server.port(), ":PORT"))
                    .isEqualTo("""
                    127.0.0.1:PORT/loyalty: The database can't be used: FATAL: unsupported startup parameter: options (SQLSTATE 08P01)
                    => A connection pooler that refuses start-up options stands in between: give a direct address of the server in\
                     migrator.url.""");
        }
    }

    @Test
    void aPoolerThatGivesEachTransactionAnotherServerProcess() throws IOException {
        try (FakeServer pooler = FakeServer.thatPools(database.server())) {
            assertThat(at(database.jdbcUrlThrough(pooler.port())).told("migrator.lock.type=advisory"))
                    .isEqualTo("""
                    migrator.lock.type: It is advisory, but a connection pooler stands in between, for another server\
                     process answers than the one that accepted the connection: no lock of the session would hold.
                    => Give a direct address of the server in migrator.url, or set migrator.lock.type=auto.""");
        }
        assertThat(database.exists("first")).isFalse();
    }

    @Test
    void aReadOnlyPool() {
        assertThat(start.told("spring.datasource.hikari.read-only=true")).isEqualTo("""
                data source dataSource: Its connections are read-only (spring.datasource.hikari.read-only), so it is no\
                 place to migrate.
                => Set migrator.url, migrator.username and migrator.password.""");
    }

    @Test
    void aSwitchThatIsNoSwitch() {
        assertThat(start.told("migrator.auto-migrate=flase"))
                .startsWith("Failed to bind properties under 'migrator.auto-migrate' to boolean:")
                .contains("Value: \"flase\"");
    }

    @Test
    void twoDataSourcesWithoutAChoice() {
        assertThat(start.told("spring.main.sources=" + TwoDataSources.class.getName()))
                .isEqualTo("""
                    data sources orders, reports: There are 2 and none is primary, so it is unknown which one is to be migrated.
                    => Mark one with @MigratorDataSource or @Primary, or set migrator.url.""");
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSources {

        @Bean
        DataSource orders() {
            return new PGSimpleDataSource();
        }

        @Bean
        DataSource reports() {
            return new PGSimpleDataSource();
        }
    }
}
