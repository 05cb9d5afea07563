package dev.migrator.autoconfigure.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, because a command ends its process. */
@PostgresTest
class CommandModeTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-clean-up.sql", "-- migrator: manual\nDROP TABLE first;");
    }

    private ChildJvm start(TestDatabase database, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--migrator.locations=" + folder.location(),
                "--migrator.retry.count=0"));
        all.addAll(List.of(arguments));
        return ChildJvm.of(BusyService.class, all.toArray(String[]::new))
                .maxHeap("256m")
                .start();
    }

    private String run(int exitCode, TestDatabase database, String... arguments) {
        try (ChildJvm service = start(database, arguments)) {
            int code = service.waitFor(LIMIT);
            assertThat(code).as(service.output()).isEqualTo(exitCode);
            return service.output();
        }
    }

    @Test
    void nothingOfTheServiceWakesUpAndTheExitCodeIsTheVerbs(TestDatabase database) {
        String pending = run(3, database, "--migrator.command=status", "--check");
        assertThat(pending).contains("001-first").doesNotContain("AWAKE").doesNotContain("Tomcat");
        assertThat(database.exists("schema_migrations")).isFalse();

        String migrated = run(0, database, "--migrator.command=migrate");
        assertThat(migrated).contains("Applied: 1, Failed: 0, Total: 2").doesNotContain("AWAKE");
        assertThat(database.exists("first")).isTrue();

        assertThat(run(0, database, "--migrator.command=status", "--check")).contains("001-first");
    }

    @Test
    void withoutACommandAllOfItWakesUp(TestDatabase database) {
        try (ChildJvm service = start(database, "--server.port=0", "--migrator.startup.mode=runner")) {
            for (String part : List.of(
                    "runner runs",
                    "listener container starts",
                    "controller",
                    "schedule works",
                    "event ",
                    "the main method went on")) {
                service.awaitOutput("AWAKE: " + part, LIMIT);
            }
        }
    }

    @Test
    void argumentsFollowTheCommandOrAreAPropertyAndSpringsAreNotTaken(TestDatabase database) {
        assertThat(run(0, database, "--migrator.command=migrate --dry-run", "--logging.level.root=error"))
                .contains("001-first");
        assertThat(database.exists("first")).isFalse();
        assertThat(run(0, database, "--migrator.command=migrate", "--migrator.command.args=--dry-run"))
                .contains("001-first");
        assertThat(database.exists("first")).isFalse();
        run(0, database, "--migrator.command=migrate");
        assertThat(run(5, database, "--migrator.command=run", "clean-up")).contains("Give --confirm 002-clean-up");
        run(0, database, "--migrator.command=run", "clean-up", "--confirm", "002-clean-up");
        assertThat(database.exists("first")).isFalse();
    }

    @Test
    void aMistakeIsBadUsageWithTheNearestWord(TestDatabase database) {
        assertThat(run(2, database, "--migrator.command=statsu")).contains("status");
        assertThat(run(2, database, "--migrator.command=")).contains("No verb is given");
    }

    @Test
    void aSettingThatCantBeUnderstoodIsBadUsageToo(TestDatabase database) {
        assertThat(run(2, database, "--migrator.command=status", "--migrator.lock.timeout=soon"))
                .contains("migrator.lock.timeout: Its value 'soon' can't be understood")
                .doesNotContain("\tat ");
    }

    @Test
    void aVariableOfTheEnvironmentIsToldAsACommandTells(TestDatabase database) {
        try (ChildJvm service = ChildJvm.of(BusyService.class, "--migrator.command=migrate", "--json")
                .env("AUTO_MIGRATE", "maybe")
                .env("DATABASE_URL", database.jdbcUrl())
                .maxHeap("256m")
                .start()) {
            assertThat(service.waitFor(LIMIT)).as(service.output()).isEqualTo(2);
            assertThat(service.output()).contains("\"exitCode\":2").contains("AUTO_MIGRATE");
        }
    }

    @Test
    void nothingCanKeepTheCommandFromBeingTheOnlyOne(TestDatabase database) {
        assertThat(run(
                        0,
                        database,
                        "--migrator.command=status",
                        "--spring.main.lazy-initialization=false",
                        "--migrator.startup.mode=early"))
                .contains("001-first")
                .doesNotContain("AWAKE");
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void aFailureIsToldWithItsPlaceAndEndsWithOne(TestDatabase database) {
        folder.write("003-broken.sql", "SELECT nothing;");
        assertThat(run(1, database, "--migrator.command=migrate"))
                .contains("003-broken.sql:1:8: ERROR: column \"nothing\" does not exist")
                .doesNotContain("\tat ");
    }

    @Test
    void itRunsWhereTheServiceItselfDoesNotMigrate(TestDatabase database) {
        run(0, database, "--migrator.enabled=false", "--migrator.command=migrate");
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void itRunsWhereAStartOfTheServiceWouldNot(TestDatabase database) {
        run(0, database, "--migrator.environments-active=production", "--migrator.command=migrate");
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void withoutADatabaseItSaysSo() {
        try (ChildJvm service = ChildJvm.of(
                        BusyService.class,
                        "--migrator.command=status",
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
                .maxHeap("256m")
                .start()) {
            assertThat(service.waitFor(LIMIT)).as(service.output()).isEqualTo(2);
            assertThat(service.output()).contains("There is neither a data source nor an address of a database");
        }
    }

    @Test
    void terminatedInTheMiddleItRollsBackRecordsAndSaysSo(TestDatabase database) throws Exception {
        folder.write("003-slow.sql", "CREATE TABLE half (id int); SELECT pg_advisory_xact_lock(4711);");
        try (Connection gate = database.connect()) {
            gate.createStatement().execute("SELECT pg_advisory_lock(4711)");
            try (ChildJvm service = start(database, "--migrator.ddl.lock-timeout=60s", "--migrator.command=migrate")) {
                service.awaitOutput("Applied 001-first", LIMIT);
                org.awaitility.Awaitility.await()
                        .until(() -> database.value(
                                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
                                        Long.class)
                                == 1);
                service.terminate();
                assertThat(service.waitFor(LIMIT)).isEqualTo(143);
                assertThat(service.output()).contains("cancelled because the process ends");
            }
        }
        assertThat(database.exists("half")).isFalse();
        assertThat(database.value(
                        "SELECT status FROM schema_migrations WHERE migration_name = '003-slow'", String.class))
                .isEqualTo("failed");
    }
}
