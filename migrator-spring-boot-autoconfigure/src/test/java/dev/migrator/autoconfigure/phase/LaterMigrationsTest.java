package dev.migrator.autoconfigure.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.actuate.MigrationsHealthContributorAutoConfiguration;
import dev.migrator.instance.Instance;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Issues 5 and 6: what runs after the application is ready, in a real application. */
@PostgresTest
@Timeout(180)
class LaterMigrationsTest {

    private static final String FILL = "20250201-fill";
    private static final String NOT_NULL = "20250203-not-null";
    private static final String DROP = "20250204-drop";

    /** Until somebody writes into the table. */
    private static final String WAIT = """
            DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;
            """;

    private TestDatabase database;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        database = fresh;
        folder = new MigrationFolder(path)
                .write(
                        "001-users.sql",
                        "CREATE TABLE go (id int); CREATE TABLE users (id int PRIMARY KEY, name text, shown text, n int"
                                + " DEFAULT 0); INSERT INTO users SELECT i, 'u' FROM generate_series(1, 500) i;");
    }

    private void background() {
        folder.write(
                        FILL + ".sql",
                        "-- migrator: phase=background\n" + WAIT + "UPDATE users SET shown = name, n = n + 1;")
                .write(
                        NOT_NULL + ".sql",
                        "-- migrator: depends=" + FILL + "\nALTER TABLE users ALTER shown SET NOT NULL;");
    }

    private void postDeploy() {
        folder.write(DROP + ".sql", "-- migrator: phase=post-deploy\nALTER TABLE users DROP COLUMN name;");
    }

    private ConfigurableApplicationContext start(String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--migrator.locations=" + folder.location(),
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.main.register-shutdown-hook=false",
                "--migrator.startup.retry-interval=100ms"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
    }

    private MigratorBuilder other(String instance) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .instanceId(instance)
                .applicationVersion("1.4");
    }

    private void go() {
        database.execute("INSERT INTO go VALUES (1)");
    }

    private List<String> applied() {
        return database
                .query("SELECT migration_name FROM schema_migrations WHERE status = 'success' ORDER BY id")
                .stream()
                .map(row -> String.valueOf(row.get("migration_name")))
                .toList();
    }

    private static Health health(ConfigurableApplicationContext context) {
        return context.getBean("migrationsHealthIndicator", HealthIndicator.class)
                .health();
    }

    private static Map<?, ?> later(ConfigurableApplicationContext context) {
        return (Map<?, ?>) health(context).getDetails().getOrDefault("later", Map.of());
    }

    private static void until(String what, Callable<Boolean> condition) {
        await(what).atMost(Duration.ofSeconds(30)).until(condition);
    }

    @Test
    void theServiceIsReadyBeforeItsBackgroundMigrationAndWhatWaitedForItFollows() {
        background();
        try (ConfigurableApplicationContext context = start()) {
            assertThat(applied()).containsExactly("001-users");
            until("it runs", () -> "running".equals(later(context).get("status")));
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(String.valueOf(later(context).get("left")))
                    .contains(FILL + "=runs beside the service (background)", NOT_NULL + "=waits for " + FILL);
            until(
                    "health names what runs",
                    () -> FILL.equals(health(context).getDetails().get("currentMigration")));

            go();

            until("all are applied", () -> applied().equals(List.of("001-users", FILL, NOT_NULL)));
            until("nothing is left", () -> later(context).isEmpty());
            assertThat(database.exists("migration_instances"))
                    .as("nobody needs a registry")
                    .isFalse();
        }
    }

    @Test
    void anotherInstanceStartsWhileOneIsInTheBackgroundAndEachMigrationRunsOnce() {
        background();
        try (ConfigurableApplicationContext first = start()) {
            until("it runs", () -> FILL.equals(health(first).getDetails().get("currentMigration")));
            folder.write("20250301-new.sql", "CREATE TABLE made_by_the_second (id int);");

            try (ConfigurableApplicationContext second = start()) {
                assertThat(applied()).containsExactly("001-users", "20250301-new");
                until(
                        "it knows",
                        () -> String.valueOf(later(second).get("problem")).contains("Another session holds it"));
                assertThat(health(second).getStatus()).isEqualTo(Status.UP);

                go();

                until(
                        "nothing is left",
                        () -> later(first).isEmpty() && later(second).isEmpty());
            }
        }
        assertThat(applied()).containsExactly("001-users", "20250301-new", FILL, NOT_NULL);
        assertThat(database.value("SELECT max(n) FROM users", Integer.class)).isEqualTo(1);
    }

    @Test
    void whoStopsInTheMiddleOfABatchIsContinuedByTheNextStart() {
        folder.write(FILL + ".sql", """
                -- migrator: phase=background batch table=users size=50
                UPDATE users SET n = n + 1 FROM pg_sleep(0.1) WHERE users.id BETWEEN :from AND :to;""");
        ConfigurableApplicationContext first = start();
        until(
                "a batch is done",
                () -> database.exists("schema_migration_batches")
                        && !database.query("SELECT FROM schema_migration_batches WHERE rows_done > 0")
                                .isEmpty());
        first.close();

        long done = database.value("SELECT count(*) FROM users WHERE n = 1", Long.class);
        assertThat(done).isPositive().isLessThan(500);
        assertThat(database.value("SELECT status FROM schema_migration_batches", String.class))
                .isEqualTo("stopped");
        assertThat(database.value("SELECT rows_done FROM schema_migration_batches", Long.class))
                .isEqualTo(done);
        try (ConfigurableApplicationContext second = start()) {
            until("nothing is left", () -> later(second).isEmpty());
        }
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(500);
    }

    @Test
    void aFailureInTheBackgroundIsToldAndTheServiceStays() {
        folder.write(FILL + ".sql", "-- migrator: phase=background\nSELECT nonsense;");
        try (ConfigurableApplicationContext context = start()) {
            until("it failed", () -> "failed".equals(later(context).get("status")));

            assertThat(String.valueOf(later(context).get("problem"))).contains(FILL + ".sql:2:8", "nonsense");
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(context.isRunning()).isTrue();
        }
        try (ConfigurableApplicationContext again = start()) {
            assertThat(health(again).getStatus()).as("the schema is complete").isEqualTo(Status.UP);
            until("it is tried again", () -> "failed".equals(later(again).get("status")));
        }
        assertThat(database.value(
                        "SELECT attempts FROM schema_migrations WHERE migration_name = ?", Integer.class, FILL))
                .isEqualTo(2);
    }

    @Test
    void aPostDeployMigrationWaitsForTheOlderInstanceAndSaysWhoItIs() {
        postDeploy();
        Migrator old = other("pod-old").build();
        old.instances().heartbeat(Set.of(), Duration.ofMinutes(5));
        try (ConfigurableApplicationContext context = start("migrator.application-version=2.1")) {
            until(
                    "it waits",
                    () -> String.valueOf(later(context).get("problem")).contains("pod-old (version 1.4"));
            assertThat(applied()).containsExactly("001-users");
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(old.instances().alive()).extracting(Instance::version).containsExactlyInAnyOrder("1.4", "2.1");

            old.instances().leave();

            until("it is applied", () -> applied().equals(List.of("001-users", DROP)));
        }
        assertThat(old.instances().alive()).as("who stops says so").isEmpty();
    }

    @Test
    void aNewRegistryInAnOlderDatabaseIsNotBelievedAtOnce() {
        try (ConfigurableApplicationContext before = start()) {
            assertThat(applied()).containsExactly("001-users");
        }
        database.execute("UPDATE schema_migrations SET applied_at = applied_at - INTERVAL '1 day'");
        postDeploy();
        try (ConfigurableApplicationContext context = start()) {
            until(
                    "it waits",
                    () -> String.valueOf(later(context).get("problem")).contains("registry of instances: It is"));
            assertThat(applied()).containsExactly("001-users");

            database.execute("UPDATE migration_instances SET started_at = started_at - INTERVAL '16 minutes'");

            until("it is applied", () -> applied().equals(List.of("001-users", DROP)));
        }
    }

    @Test
    void whoDoesNotMigrateLeavesItToOthersAndStillCountsAsAlive() {
        background();
        postDeploy();
        other("pipeline").build().migrate(dev.migrator.MigrateOptions.START).orThrow();
        try (ConfigurableApplicationContext context = start("migrator.auto-migrate=false")) {
            assertThat(later(context).get("status")).isEqualTo("not here");
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(other("x").build().instances().alive())
                    .extracting(Instance::version)
                    .containsExactly("3.2 of the build");
        }
        assertThat(applied()).containsExactly("001-users");
    }

    @Test
    void inBackgroundModeItFollowsTheOthers() {
        background();
        database.execute("CREATE TABLE unrelated (id int)");
        try (ConfigurableApplicationContext context =
                start("migrator.startup.mode=background", "migrator.existing-schema=allow")) {
            until("it runs", () -> FILL.equals(health(context).getDetails().get("currentMigration")));
            go();
            until("all are applied", () -> applied().equals(List.of("001-users", FILL, NOT_NULL)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        MigratorAutoConfiguration.class,
        MigrationsHealthContributorAutoConfiguration.class
    })
    static class Application {

        @Bean
        BuildProperties buildProperties() {
            Properties entries = new Properties();
            entries.setProperty("version", "3.2 of the build");
            return new BuildProperties(entries);
        }
    }
}
