package dev.migrator.autoconfigure.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.actuate.MigrationsHealthContributorAutoConfiguration;
import dev.migrator.instance.Instance;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.plan.Phases;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** Issue 6: a service that goes on without its schema, one that ends, one that is stopped and started again. */
@PostgresTest
@Timeout(180)
class LifeOfAServiceTest {

    private static final String DROP = "20250204-drop";
    private static final long LOCK = 4711;

    private TestDatabase database;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        database = fresh;
        folder = new MigrationFolder(path);
    }

    private ConfigurableApplicationContext start(
            ApplicationContextInitializer<GenericApplicationContext> more, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--migrator.locations=" + folder.location(),
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.main.register-shutdown-hook=false"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .initializers(more)
                .run(arguments.toArray(String[]::new));
    }

    private static Health health(ConfigurableApplicationContext context) {
        return context.getBean("migrationsHealthIndicator", HealthIndicator.class)
                .health();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofMinutes(1)).until(condition);
    }

    private List<Instance> alive() {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build()
                .instances()
                .alive();
    }

    /** Stops after all that works by itself, as a web server does that answers its last requests. */
    private final class Draining implements SmartLifecycle {

        private List<Instance> seen = List.of();
        private boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            seen = alive();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return SmartLifecycle.DEFAULT_PHASE - 2048;
        }
    }

    @Test
    void whoAnswersItsLastRequestsCountsAsAliveUntilAllOfItHasStopped() {
        folder.write("001-users.sql", "CREATE TABLE users (id int, name text);")
                .write(DROP + ".sql", "-- migrator: phase=post-deploy\nALTER TABLE users DROP COLUMN name;");
        Draining draining = new Draining();

        start(context -> context.registerBean(Draining.class, () -> draining)).close();

        assertThat(draining.seen).extracting(Instance::postDeploy).hasToString("[[" + DROP + "]]");
        assertThat(alive()).as("who has stopped says so").isEmpty();
    }

    @Test
    void whoGoesOnAfterAFailureCountsAsAliveToo() {
        folder.write("001-users.sql", "CREATE TABLE users (id int, name text); SELECT nonsense;")
                .write(DROP + ".sql", "-- migrator: phase=post-deploy\nALTER TABLE users DROP COLUMN name;");
        for (String mode : List.of("migrator.fail-fast=false", "migrator.startup.mode=background")) {
            try (ConfigurableApplicationContext context = start(none -> {}, mode)) {
                until(() -> health(context).getStatus().equals(Status.DOWN) && !alive().isEmpty());
                assertThat(alive()).as(mode).hasSize(1);
            }
            assertThat(alive()).as(mode).isEmpty();
        }
    }

    /** A person may have run something by hand meanwhile, and says so once more. */
    @Test
    void whoIsAtWorkOnWhatIsLeftStaysTheOnlyOne() throws Exception {
        folder.write("20250201-fill.sql", "-- migrator: phase=background\nSELECT pg_advisory_xact_lock(" + LOCK + ");")
                .write("20250204-other.sql", "-- migrator: phase=post-deploy\nSELECT 1;");
        try (Connection gate = database.connect()) {
            gate.createStatement().execute("SELECT pg_advisory_lock(" + LOCK + ")");
            try (ConfigurableApplicationContext context = start(none -> {}, "migrator.ddl.lock-timeout=60s")) {
                LaterMigrations later = context.getBean(LaterMigrations.class);
                until(() -> later.state().step() == LaterState.Step.RUNNING);

                later.schemaIsComplete(new Phases(later.state().left(), Set.of(DROP)));
                later.schemaIsComplete(Phases.NONE);

                assertThat(later.state().step()).isEqualTo(LaterState.Step.RUNNING);
                assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                        .containsOnlyOnce("migrator-later", "migrator-instance");
                gate.createStatement().execute("SELECT pg_advisory_unlock(" + LOCK + ")");
                until(() -> later.state().equals(LaterState.NOTHING));
            }
        }
    }

    @Test
    void aServiceInTheBackgroundThatIsStoppedAndStartedAgainGoesOn() throws Exception {
        folder.write("001-slow.sql", "SELECT pg_advisory_xact_lock(" + LOCK + "); CREATE TABLE done (id int);");
        try (Connection gate = database.connect();
                ConfigurableApplicationContext context = startBehind(gate)) {
            until(() -> "001-slow".equals(health(context).getDetails().get("currentMigration")));
            context.stop();
            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            gate.createStatement().execute("SELECT pg_advisory_unlock(" + LOCK + ")");

            context.start();

            until(() -> health(context).getStatus().equals(Status.UP));
            assertThat(database.exists("done")).isTrue();
        }
    }

    private ConfigurableApplicationContext startBehind(Connection gate) throws Exception {
        gate.createStatement().execute("SELECT pg_advisory_lock(" + LOCK + ")");
        return start(none -> {}, "migrator.startup.mode=background", "migrator.ddl.lock-timeout=60s");
    }

    /** As a standby is, until it is the primary. */
    @Test
    void aDatabaseThatCanOnlyBeReadForAWhileIsTriedAgain() throws Exception {
        folder.write("001-users.sql", "CREATE TABLE users (id int);");
        Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build()
                .migrate()
                .orThrow();
        folder.write("20250201-fill.sql", "-- migrator: phase=background\nCREATE TABLE filled (id int);");
        try (Connection owner = database.connect()) {
            readOnly(owner, "SET default_transaction_read_only = on");
            try (ConfigurableApplicationContext context = start(none -> {}, "migrator.startup.retry-interval=100ms")) {
                until(() -> health(context).getDetails().toString().contains("is read-only"));
                readOnly(owner, "RESET default_transaction_read_only");
                until(() -> database.exists("filled"));
            }
            readOnly(owner, "SET default_transaction_read_only = on");
            folder.write("20250202-more.sql", "CREATE TABLE more (id int);");
            try (ConfigurableApplicationContext context =
                    start(none -> {}, "migrator.startup.mode=background", "migrator.startup.retry-interval=100ms")) {
                until(() -> health(context).getDetails().toString().contains("is read-only"));
                readOnly(owner, "RESET default_transaction_read_only");
                until(() -> health(context).getStatus().equals(Status.UP));
            }
        }
    }

    private void readOnly(Connection owner, String change) throws Exception {
        owner.createStatement().execute("ALTER DATABASE " + database.name() + " " + change);
    }

    @Test
    void anExceptionThatNobodyExpectedShowsInHealthAndTheServiceStays() {
        folder.write("001-users.sql", "CREATE TABLE users (id int);");
        try (ConfigurableApplicationContext context = start(
                each -> each.registerBean("strange", DataMigration.class, Strange::new),
                "migrator.startup.mode=background")) {
            until(() -> health(context).getStatus().equals(Status.DOWN));
            assertThat(health(context).getDetails().get("lastError"))
                    .hasToString("migration run: It ended with an exception that nobody expected:"
                            + " java.lang.IllegalStateException.");
            assertThat(context.isRunning()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrator.startup.retry-interval", "migrator.instances.heartbeat"})
    void aPauseOfNothingIsRefused(String setting) {
        assertThatThrownBy(() -> start(none -> {}, setting + "=0s"))
                .hasStackTraceContaining(setting + " is 0 ms: give more than zero");
    }

    private static final class Strange implements DataMigration {

        @Override
        public MigrationName name() {
            throw new IllegalStateException("no name today");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            throw new IllegalStateException("never called");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        MigratorAutoConfiguration.class,
        MigrationsHealthContributorAutoConfiguration.class
    })
    static class Application {}
}
