package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar itself: what a pipeline and a person get to see. */
@PostgresTest
class CliJarIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Path directory;
    private TestDatabase database;
    private MigrationFolder folder;
    private String address;

    @BeforeEach
    void prepare(@TempDir Path directory, TestDatabase database) {
        this.directory = directory;
        this.database = database;
        folder = new MigrationFolder(directory.resolve("db/migration"))
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-second.up.sql", "CREATE TABLE second (id int);")
                .write("002-second.down.sql", "DROP TABLE second;");
        address = "postgres://" + database.server().user() + ":"
                + database.server().password() + "@" + database.server().host() + ":"
                + database.server().port() + "/" + database.name();
    }

    private Ended run(String... arguments) {
        return cli(Map.of()).run(arguments);
    }

    private Cli cli(Map<String, String> more) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("DATABASE_URL", address));
        environment.putAll(more);
        return new Cli(directory, environment);
    }

    @Test
    void aFolderAndDatabaseUrlAreAllThatIsNeeded() {
        assertThat(run("status", "--check").exitCode()).isEqualTo(3);
        Ended migrated = run("migrate");
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(migrated.out()).contains("Applied 001-first in ").endsWith("Applied: 2, Failed: 0, Total: 2\n");
        assertThat(migrated.err()).isEmpty();
        assertThat(run("status", "--check").exitCode()).isZero();
    }

    @Test
    void everyExitCodeIsReached() throws Exception {
        assertThat(run("migrate").exitCode()).isZero();
        folder.write("003-broken.sql", "SELECT nothing;");
        assertThat(run("migrate").exitCode()).isEqualTo(1);
        assertThat(run("status", "--check").exitCode()).isEqualTo(3);
        assertThat(run("validate").exitCode()).isZero();
        assertThat(run("statsu").exitCode()).isEqualTo(2);
        assertThat(run("rollback").exitCode()).isEqualTo(5);
        long key = dev.migrator.lock.LockKey.of("public", "schema_migrations").value();
        try (java.sql.Connection other = database.connect();
                java.sql.Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + key + ")");
            Ended locked = run("migrate", "--set", "migrator.lock.timeout=0");
            assertThat(locked.exitCode()).as(locked.err()).isEqualTo(4);
        }
    }

    @Test
    void withJsonTheAnswerIsOneDocumentAlsoForAFailure() {
        folder.write("003-broken.sql", "SELECT nothing;");
        Ended run = run("migrate", "--json");
        assertThat(JSON.readTree(run.out()).get("failed").intValue()).isEqualTo(1);
        Ended status = run("status", "--json");
        JsonNode document = JSON.readTree(status.out());
        assertThat(document.get("state").stringValue()).isEqualTo("FAILED");
        assertThat(document.get("appliedMigrations")).hasSize(2);
        Ended away = new Cli(directory, Map.of("DATABASE_URL", "postgres://u:hidden@localhost:1/none"))
                .run("status", "--json");
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(JSON.readTree(away.out()).get("problems").get(0).get("code").stringValue())
                .isEqualTo("connection");
    }

    @Test
    void aDatabaseThatIsAwayIsTwoLinesAndAStackTraceOnlyWithVerbose() {
        Cli away = new Cli(directory, Map.of("DATABASE_URL", "postgres://u:hidden@localhost:1/none"));
        Ended plain = away.run("status");
        assertThat(plain.exitCode()).isEqualTo(1);
        assertThat(plain.err()).contains("localhost:1/none", "refused", "  -> ").doesNotContain("\tat ", "hidden");
        assertThat(plain.err().lines()).hasSize(2);
        Ended verbose = away.run("status", "--verbose");
        assertThat(verbose.err()).contains("\tat dev.migrator").doesNotContain("hidden");
        assertThat(verbose.out()).isEmpty();
    }

    @Test
    void aPasswordOnTheCommandLineIsWarnedAboutAndNeverRepeated() {
        String withPassword = address.replace(":" + database.server().password() + "@", ":hidden%2Fsecret@");
        Ended ended = new Cli(directory, Map.of()).run("status", "--url", withPassword);
        assertThat(ended.err()).contains("the password in --url can be seen").doesNotContain("hidden");
        Ended set = new Cli(directory, Map.of()).run("status", "--set", "migrator.url=" + withPassword);
        assertThat(set.err())
                .contains("the password in --set migrator.url can be seen")
                .doesNotContain("hidden");
        assertThat(run("status", "--set", "migrator.password=hidden").err())
                .contains("the password in --set migrator.password can be seen")
                .doesNotContain("hidden");
        Ended without = new Cli(
                        directory, Map.of("PGPASSWORD", database.server().password()))
                .run(
                        "status",
                        "--url",
                        database.url(),
                        "--username",
                        database.server().user());
        assertThat(without.err()).isEmpty();
        assertThat(without.exitCode()).isZero();
    }

    @Test
    void noDatabaseAndContradictionsAreBadUsage() {
        Ended none = new Cli(directory, Map.of()).run("status");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("No database is named.", "--url", "DATABASE_URL");
        Ended two = run("status", "--username", "somebody");
        assertThat(two.exitCode()).isEqualTo(2);
        assertThat(two.err()).contains("another one");
    }

    @Test
    void aRoleWithoutRightsIsToldWhatItNeeds() {
        run("migrate");
        String user = database.createUser("guest");
        String guest = "postgres://" + user + ":" + user + "@"
                + database.server().host() + ":" + database.server().port() + "/" + database.name();
        Ended ended = new Cli(directory, Map.of("DATABASE_URL", guest)).run("status");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("  -> GRANT SELECT");
        assertThat(ended.err().lines()).hasSize(2);
    }

    @Test
    void settingsComeFromFileEnvironmentAndCommandLineInThisOrder() throws IOException {
        Files.writeString(directory.resolve("migrator.properties"), "migrator.table=from_file\n");
        run("migrate");
        assertThat(database.exists("from_file")).isTrue();
        cli(Map.of("MIGRATOR_TABLE", "from_variable", "MIGRATOR_EXISTING_SCHEMA", "allow"))
                .run("baseline", "--at", "002");
        assertThat(database.exists("from_variable")).isTrue();
        cli(Map.of("MIGRATOR_TABLE", "from_variable", "MIGRATOR_EXISTING_SCHEMA", "allow"))
                .run("baseline", "--at", "002", "--set", "migrator.table=from_option");
        assertThat(database.exists("from_option")).isTrue();
    }

    @Test
    void settingsThatCanNotBeUnderstoodAreRefusedByTheirNames() throws IOException {
        Files.writeString(
                directory.resolve("migrator.properties"), "migrator.lock.timout=1s\nmigrator.out-of-ordre=fail\n");
        Ended unknown = run("status");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("Probably meant: migrator.lock.timeout", "Probably meant: migrator.out-of-order");
        Files.writeString(
                directory.resolve("migrator.properties"), "migrator.lock.timeout=soon\nmigrator.out-of-order=maybe\n");
        Ended bad = cli(Map.of("MIGRATION_STOP_ON_ERROR", "perhaps")).run("status");
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("MIGRATION_STOP_ON_ERROR");
        assertThat(run("status").err()).contains("'soon'", "'maybe'", "allow or fail");
    }

    @Test
    void ctrlCRollsBackRecordsAndExitsWith130() throws Exception {
        folder.write("003-long.sql", "CREATE TABLE third (id int); SELECT pg_sleep(120);");
        Path output = directory.resolve("output");
        Process process = cli(Map.of()).start(output, "migrate");
        try {
            await(() -> database.value(
                            "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname ="
                                    + " current_database()",
                            Integer.class)
                    > 0);
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(130);
        assertThat(Files.readString(output)).contains("003-long").doesNotContain("\tat ");
        assertThat(database.exists("third")).isFalse();
        assertThat(database.value(
                        "select status from schema_migrations where migration_name = '003-long'", String.class))
                .isEqualTo("failed");
        assertThat(run("log", "003").out()).contains("Ctrl-C");
    }

    /** A condition of the server's, which nobody can notify us of. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not come so far");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void theShellAsksBeforeItWritesAndALineSaysNothingToTheNext() {
        Ended ended = cli(Map.of()).runWith("""
                        pending --locations nowhere
                        migrate
                        n
                        migrate --target 001
                        y
                        statsu
                        status
                        exit
                        """, "shell");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("nowhere: does not exist.", "It was not confirmed.", "Applied 001-first")
                .contains("Probably meant: status", "Applied: 1, Pending: 1, Failed: 0");
        assertThat(database.exists("first")).isTrue();
        assertThat(database.exists("second")).isFalse();
    }

    @Test
    void aCompletionScriptNamesEveryVerb() {
        Ended ended = run("generate-completion");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).startsWith("#!").contains("rollback", "--dry-run", "complete -F");
    }

    @Test
    void theHelpTellsTheExitCodesAndTheVersion() {
        assertThat(run("--help").out()).contains("  3    migrations are pending", "shell", "--url=URL");
        assertThat(run("--version").out()).startsWith("Migrator 0.");
    }
}
