package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.StartedByTheTest;
import dev.migrator.autoconfigure.drift.DriftAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.autoconfigure.phase.LaterState;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.answer.Screen;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.json.JsonMapper;

@PostgresTest
class MigrationsActuatorTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MigrationFolder folder;
    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
        runner = StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        MigratorAutoConfiguration.class,
                        DriftAutoConfiguration.class,
                        EndpointAutoConfiguration.class,
                        MigrationsEndpointAutoConfiguration.class,
                        MigrationsHealthContributorAutoConfiguration.class))
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=migrations",
                        "migrator.retry.count=0",
                        "migrator.locations=" + folder.location(),
                        "spring.datasource.url=" + database.jdbcUrl());
    }

    private static void start(AssertableApplicationContext context) {
        StartedByTheTest.start(context);
    }

    private static Health health(AssertableApplicationContext context) {
        return context.getBean(MigrationsHealthIndicator.class).health();
    }

    private static String json(AssertableApplicationContext context) {
        return JSON.writeValueAsString(context.getBean(MigrationsEndpoint.class).migrations());
    }

    @Test
    void healthFollowsTheRun() {
        runner.run(context -> {
            assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health(context).getDetails()).hasToString("{status=pending}");
            start(context);
            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            assertThat(health(context).getDetails())
                    .containsEntry("status", "completed")
                    .containsEntry("total", 1)
                    .containsEntry("progress", "1/1")
                    .containsKey("lastChecked");
        });
    }

    @Test
    void healthNamesWhatAnExpectedSchemaLacksWhereTheServiceStartsAllTheSame(@TempDir Path expected) {
        String files = new MigrationFolder(expected)
                .write("first.sql", "CREATE TABLE first (id int, note text);")
                .location();
        runner.withPropertyValues(
                        "migrator.fail-fast=false",
                        "migrator.expected-schema.mode=report",
                        "migrator.expected-schema.locations=" + files)
                .run(context -> {
                    start(context);
                    assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health(context).getDetails().get("lastError"))
                            .asString()
                            .contains("column public.first.note: It is missing.");
                });
    }

    @Test
    void healthIsDownWithTheErrorAfterAFailureAndWithoutItsRows() {
        folder.write(
                "002-broken.sql",
                "CREATE TABLE people (email text PRIMARY KEY); INSERT INTO people VALUES ('a@b.c'), ('a@b.c');");
        runner.run(context -> {
            assertThatThrownBy(() -> start(context)).hasMessageContaining("a@b.c");

            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
            assertThat(health(context).getDetails())
                    .containsEntry(
                            "lastError",
                            folder.path()
                                    + "/002-broken.sql:1:47: ERROR: duplicate key value violates unique constraint"
                                    + " \"people_pkey\" (SQLSTATE 23505)");
            assertThat(json(context)).contains("people_pkey").doesNotContain("a@b.c");
        });
    }

    @Test
    void healthIsUnknownWhereMigrationsAreSwitchedOff() {
        runner.withPropertyValues("migrator.enabled=false").run(context -> {
            assertThat(health(context))
                    .isEqualTo(Health.unknown().withDetail("status", "unknown").build());
            assertThat(context).doesNotHaveBean(MigrationsEndpoint.class);
        });
    }

    @Test
    void whereThisEnvironmentDoesNotMigrateHealthIsUnknownAndTheEndpointTellsWhatIsPending() {
        runner.withPropertyValues("migrator.environments-active=production").run(context -> {
            start(context);
            assertThat(health(context).getStatus()).isEqualTo(Status.UNKNOWN);
            assertThat(json(context)).contains("\"name\":\"001-first\"").contains("\"state\":\"PENDING\"");
        });
    }

    @Test
    void theEndpointIsNotThereUnlessExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).doesNotHaveBean(MigrationsEndpoint.class));
    }

    @Test
    void theAnswerIsThisText(TestDatabase database) {
        folder.write("002-clean-up.sql", "-- migrator: manual\nDROP TABLE first;");
        runner.run(context -> {
            start(context);
            folder.write("003-next.sql", "SELECT 1;");

            String place = database.server().host() + ":" + database.server().port() + "/" + database.name();
            String text = json(context)
                    .replaceAll("sha256:[0-9a-f]{64}", "sha256:…")
                    .replaceAll("\"appliedAt\":\"[^\"]+Z\",\"executionTimeMs\":\\d+", "\"when\":0");
            assertThat(text).isEqualTo("""
                    {"state":"PENDING","database":"PLACE","total":3,"applied":1,"pending":1,"failed":0,"skipped":0,\
                    "manual":1,"appliedMigrations":[{"name":"001-first","version":"001","title":"first",\
                    "state":"COMPLETED","checksum":"sha256:…","when":0,"attempts":1}],\
                    "pendingMigrations":[{"name":"003-next","version":"003","title":"next","state":"PENDING",\
                    "checksum":"sha256:…"}],\
                    "otherMigrations":[{"name":"002-clean-up","version":"002","title":"clean up","state":"PENDING",\
                    "manual":true,"remark":"runs only when a person names it","checksum":"sha256:…"}],"problems":[]}\
                    """.replace("PLACE", place));
        });
    }

    @Test
    void theCommandLinePrintsTheSameText() {
        folder.write("002-clean-up.sql", "-- migrator: manual\nDROP TABLE first;")
                .write("004-broken.sql", "SELECT 'with \"quotes\" and ünicode', nothing;")
                .write("nonsense.sql", "SELECT 1;");
        runner.run(context -> {
            try {
                start(context);
            } catch (dev.migrator.problem.MigratorException e) {
                folder.write("001-first.sql", "CREATE TABLE first (id bigint);");
                String expected = json(context);
                assertThat(expected).contains("\"FAILED\"", "nothing", "checksum-mismatch", "unknown-file", "manual");
                assertThat(printed(context.getBean(Migrator.class))).isEqualTo(expected + "\n");
                return;
            }
            throw new AssertionError("The start went on");
        });
    }

    private static String printed(Migrator migrator) {
        StringWriter out = new StringWriter();
        Screen screen = Screen.plain(new PrintWriter(out), new PrintWriter(new StringWriter()));
        Commands.run(
                List.of("status", "--json"),
                new CommandEnvironment(
                        "migrator", listener -> migrator, screen, () -> Path.of("unused"), null, Map.of()));
        return out.toString();
    }

    @Test
    void aDatabaseThatIsAwayIsAnAnswerOfTheListAndOfOne() {
        runner.withPropertyValues("migrator.url=jdbc:postgresql://127.0.0.1:1/x?user=app&password=Top-Secret-1")
                .run(context -> {
                    MigrationsEndpoint endpoint = context.getBean(MigrationsEndpoint.class);
                    for (Object answer : List.of(endpoint.migrations(), endpoint.migration("001-first"))) {
                        assertThat(JSON.writeValueAsString(answer))
                                .contains("\"state\":\"UNKNOWN\"", "\"code\":\"connection\"")
                                .doesNotContain("Top-Secret-1");
                    }
                });
    }

    @Test
    void whileARunIsUnderWayTheAnswerComesFromMemory(TestDatabase database) {
        folder.write("002-second.sql", "CREATE INDEX CONCURRENTLY first_id ON first (id);");
        AtomicReference<MigrationActivity> activity = new AtomicReference<>();
        List<String> answers = new ArrayList<>();
        MigrationListener probe = event -> {
            if (event instanceof MigrationEvent.MigrationStarted started
                    && started.migration().value().equals("002-second")) {
                // without an engine: it can't ask the database
                MigrationsEndpoint unconnected =
                        new MigrationsEndpoint(null, activity.get(), new ActionRuns(null), new DriftMemory());
                answers.add(JSON.writeValueAsString(unconnected.migrations()));
                answers.add(JSON.writeValueAsString(unconnected.migration("002-second")));
            }
        };
        runner.withBean("probe", MigrationListener.class, () -> probe).run(context -> {
            activity.set(context.getBean(MigrationActivity.class));
            start(context);
        });
        assertThat(answers).containsExactly("""
                {"state":"RUNNING","applied":1,"pending":1,"failed":0,"currentMigration":"002-second",\
                "appliedMigrations":[{"name":"001-first","state":"COMPLETED"}],\
                "pendingMigrations":[{"name":"002-second","state":"RUNNING"}],\
                "otherMigrations":[],"problems":[]}""", """
                {"name":"002-second","state":"RUNNING"}""");
    }

    /** The build waits for a transaction that ends only when both have said so. */
    @Test
    void healthAndEndpointTellWhomAnIndexWaitsFor(TestDatabase database) throws Exception {
        folder.write("002-second.sql", "CREATE INDEX CONCURRENTLY first_id ON first (id);");
        AtomicReference<MigrationActivity> activity = new AtomicReference<>();
        List<String> answers = new CopyOnWriteArrayList<>();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            MigrationListener probe = event -> {
                try {
                    if (event instanceof MigrationEvent.MigrationCompleted) {
                        statement.execute("INSERT INTO first VALUES (1)");
                    } else if (event instanceof MigrationEvent.IndexBuilding building) {
                        answers.add(JSON.writeValueAsString(
                                new MigrationsEndpoint(null, activity.get(), new ActionRuns(null), new DriftMemory())
                                        .migrations()));
                        answers.add(String.valueOf(new MigrationsHealthIndicator(
                                        activity.get(), new DriftMemory(), false, () -> LaterState.NOTHING)
                                .health()
                                .getDetails()
                                .get("activity")));
                        other.rollback();
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            };
            runner.withBean("probe", MigrationListener.class, () -> probe).run(context -> {
                activity.set(context.getBean(MigrationActivity.class));
                start(context);
            });
        }
        assertThat(answers.get(0)).contains("\"activity\":\"waiting for writers before build, waits for pid ");
        assertThat(answers.get(1)).startsWith("waiting for writers before build, waits for pid ");
    }
}
