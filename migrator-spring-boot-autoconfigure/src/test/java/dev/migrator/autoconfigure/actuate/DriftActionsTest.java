package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.RollbackOptions;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import tools.jackson.databind.JsonNode;

/** What was changed outside of migrations, through the endpoint and in health. */
@PostgresTest
class DriftActionsTest {

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int, n text);");
    }

    private ServiceWithActions service(String... more) {
        return service(WebApplicationType.SERVLET, more);
    }

    private ServiceWithActions service(WebApplicationType type, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of(UNRESTRICTED, WITH_KEY, "--management.endpoint.health.show-details=always"));
        return new ServiceWithActions(type, ServiceWithActions.Plain.class, database.jdbcUrl(), folder, arguments);
    }

    private static JsonNode health(ServiceWithActions service) {
        return json(service.health());
    }

    private void change() {
        database.execute("ALTER TABLE first ALTER id TYPE bigint", "ALTER TABLE first ADD hot text");
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void aCheckTellsObjectByObjectWhatWasChangedAndHealthRemembers(WebApplicationType type) {
        try (ServiceWithActions service = service(type)) {
            assertThat(json(service.get("")).has("drift")).isFalse();
            assertThat(json(service.get("/drift")).path("state").asString()).isEqualTo("UNKNOWN");
            assertThat(health(service).path("details").has("drift")).isFalse();
            change();

            JsonNode found = json(service.postWithKey("/drift"));

            assertThat(found.path("state").asString()).as(found.toString()).isEqualTo("DRIFTED");
            assertThat(found.path("objects").asInt()).isEqualTo(2);
            assertThat(found.path("differences").toString())
                    .isEqualTo("[{\"change\":\"ADDED\",\"object\":\"column public.first.hot\","
                            + "\"definition\":\"ALTER TABLE public.first ADD COLUMN hot text;\"},"
                            + "{\"change\":\"CHANGED\",\"object\":\"column public.first.id\","
                            + "\"facts\":[{\"name\":\"type\",\"was\":\"integer\",\"is\":\"bigint\"}]}]");
            assertThat(json(service.get("")).path("drift")).isEqualTo(found);
            assertThat(json(service.get("/drift"))).isEqualTo(found);
            JsonNode health = health(service);
            assertThat(health.path("status").asString()).isEqualTo("UP");
            assertThat(health.path("details").path("drift").path("objects").asInt())
                    .isEqualTo(2);
            assertThat(health.path("details").path("drift").path("first").toString())
                    .isEqualTo("[\"+ column public.first.hot\",\"~ column public.first.id\"]");
        }
    }

    @Test
    void whatIsAcceptedIsInTheLogWithWhoAndWhy() {
        try (ServiceWithActions service = service()) {
            change();
            assertThat(service.post("/drift").statusCode()).isEqualTo(403);
            assertThat(service.post("/drift/accept").statusCode()).isEqualTo(403);
            assertThat(service.postWithKey("/drift/forget").statusCode()).isEqualTo(404);
            assertThat(service.postWithKey("/drift?reason=x").statusCode()).isEqualTo(400);

            HttpResponse<String> accepted = service.postWithKey("/drift/accept?reason=hot%20fix");

            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
            assertThat(json(accepted).path("state").asString()).isEqualTo("NONE");
            assertThat(json(accepted).path("reason").asString()).isEqualTo("hot fix");
            assertThat(database.value(
                            "SELECT actor || ': ' || detail FROM schema_migrations_log WHERE action = 'accept-drift'",
                            String.class))
                    .startsWith("key from 127.0.0.1 as ")
                    .endsWith(": hot fix");
            assertThat(health(service)
                            .path("details")
                            .path("drift")
                            .path("status")
                            .asString())
                    .isEqualTo("none");
        }
    }

    @Test
    void driftIsAReasonToBeDownWhereThatIsAskedFor() {
        try (ServiceWithActions service = service("--migrator.drift.degrades-health=true")) {
            assertThat(json(service.postWithKey("/drift")).path("state").asString())
                    .isEqualTo("NONE");
            assertThat(health(service).path("status").asString()).isEqualTo("UP");
            change();
            service.postWithKey("/drift");
            assertThat(health(service).path("status").asString()).isEqualTo("DOWN");
            service.postWithKey("/drift/accept");
            assertThat(health(service).path("status").asString()).isEqualTo("UP");
        }
    }

    @Test
    void aScheduleFindsItAndHoldsNoConnection() {
        try (ServiceWithActions service = service("--migrator.drift.interval=300ms")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> driftOf(service).equals("none"));
            change();
            await().atMost(Duration.ofMinutes(1)).until(() -> driftOf(service).equals("drifted"));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> database.value(
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                            + " AND application_name LIKE 'migrator%'",
                                    Integer.class)
                            == 0);
        }
    }

    private static String driftOf(ServiceWithActions service) {
        return health(service).path("details").path("drift").path("status").asString("");
    }

    @Test
    void whatAnotherNodeMigratesJustNowIsNoDrift() throws Exception {
        try (ServiceWithActions service = service();
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(42)");
            folder.write(
                    "002-b.sql", "-- migrator: no-transaction\nCREATE TABLE b ();\nSELECT pg_advisory_xact_lock(42);");
            Migrator node = Migrator.builder()
                    .connection(database.jdbcUrl(), null, null)
                    .locations(folder.location())
                    .build();
            Thread run = new Thread(node::migrate);
            run.start();
            await().atMost(Duration.ofMinutes(1)).until(() -> database.exists("b"));

            JsonNode found = json(service.postWithKey("/drift"));

            statement.execute("SELECT pg_advisory_unlock(42)");
            run.join();
            assertThat(found.path("state").asString()).as(found.toString()).isEqualTo("RUNNING");
            assertThat(found.has("differences")).isFalse();
            assertThat(json(service.postWithKey("/drift")).path("state").asString())
                    .isEqualTo("NONE");
        }
    }

    @Test
    void whatWasSeenIsForgottenWhenSomethingIsApplied() {
        try (ServiceWithActions service = service()) {
            change();
            service.postWithKey("/drift");
            folder.write("002-b.sql", "CREATE TABLE b ();");
            service.postWithKey("/run");

            await().atMost(Duration.ofMinutes(1)).until(() -> driftOf(service).isEmpty());
        }
    }

    @Test
    void whatWasSeenIsForgottenWhenItIsAcceptedReconciledOrTakenBackWithoutTheEndpoint(@TempDir Path expected) {
        new MigrationFolder(expected).write("first.sql", "CREATE TABLE first (id int, n text, more text);");
        folder.write("002-b.sql", "CREATE TABLE b ();").write("002-b.down.sql", "DROP TABLE b;");
        try (ServiceWithActions service =
                service("--migrator.expected-schema.locations=filesystem:" + expected + "/")) {
            Migrator migrator = service.bean(Migrator.class);
            List<Runnable> settling = List.of(
                    () -> migrator.reconcile(ReconcileOptions.FIX),
                    () -> migrator.acceptDrift("hot fix"),
                    () -> migrator.rollback(RollbackOptions.lastOne()).orThrow());
            for (int i = 0; i < settling.size(); i++) {
                database.execute("ALTER TABLE first ADD hot" + i + " text");
                service.postWithKey("/drift");
                assertThat(driftOf(service)).isEqualTo("drifted");

                settling.get(i).run();

                assertThat(driftOf(service)).as("after %s", i).isEmpty();
            }
        }
    }

    /** The service started although something was missing. */
    @Test
    void whatIsHealedIsNoLongerAFailure(@TempDir Path expected) {
        new MigrationFolder(expected).write("first.sql", "CREATE TABLE first (id int, n text, more text);");
        try (ServiceWithActions service = service(
                "--migrator.fail-fast=false",
                "--migrator.expected-schema.mode=report",
                "--migrator.expected-schema.locations=filesystem:" + expected + "/")) {
            assertThat(health(service).path("status").asString()).isEqualTo("DOWN");
            assertThat(health(service).toString()).contains("first.more");
            Migrator migrator = service.bean(Migrator.class);
            migrator.reconcile(ReconcileOptions.DRY_RUN);
            assertThat(health(service).path("status").asString()).isEqualTo("DOWN");

            migrator.reconcile(ReconcileOptions.FIX);

            assertThat(health(service).path("status").asString()).isEqualTo("UP");
            assertThat(health(service).toString()).doesNotContain("first.more");
        }
    }
}
