package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
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
import tools.jackson.databind.json.JsonMapper;

/** What may be done through the endpoint, by whom, and what stays behind of it. */
@PostgresTest
class ActionsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LOCK = 4712;

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    private ServiceWithActions service(WebApplicationType type, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--spring.datasource.url=" + database.jdbcUrl());
        arguments.add("--migrator.locations=" + folder.location());
        return new ServiceWithActions(type, ServiceWithActions.Plain.class, arguments);
    }

    private ServiceWithActions open() {
        return service(WebApplicationType.SERVLET, UNRESTRICTED, WITH_KEY);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    private static String problem(HttpResponse<String> response) {
        return json(response).path("problems").path(0).path("description").asString();
    }

    private static JsonNode followed(ServiceWithActions service, HttpResponse<String> begun) {
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        String id = json(begun).path("id").asString();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !json(service.get("/runs/" + id))
                        .path("state")
                        .asString()
                        .equals("RUNNING"));
        return json(service.get("/runs/" + id));
    }

    private String actor(String action, String migration) {
        return database.value(
                "SELECT actor || ': ' || coalesce(detail, '') FROM schema_migrations_log WHERE action = '" + action
                        + "' AND migration_name = '" + migration + "' ORDER BY id DESC LIMIT 1",
                String.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void withTheKeyAPlanIsShownARunFollowedAndBothAreTold(WebApplicationType type) {
        try (ServiceWithActions service = service(type, UNRESTRICTED, WITH_KEY)) {
            folder.write("002-second.sql", "CREATE TABLE second (id int);");

            assertThat(json(service.get("/status")).path("pending").asInt()).isEqualTo(1);
            HttpResponse<String> plan = service.postWithKey("/run?dryRun=true");
            assertThat(plan.statusCode()).as(plan.body()).isEqualTo(200);
            assertThat(json(plan).path("migrations").path(0).path("name").asString())
                    .isEqualTo("002-second");
            assertThat(database.exists("second")).isFalse();

            JsonNode run = followed(service, service.postWithKey("/run?reason=ticket%2017"));
            assertThat(run.path("state").asString()).as(run.toString()).isEqualTo("COMPLETED");
            assertThat(run.path("applied").asInt()).isEqualTo(1);
            assertThat(run.path("total").asInt()).isEqualTo(2);
            assertThat(run.path("migrations").path(0).path("durationMs").isNumber())
                    .isTrue();
            assertThat(database.exists("second")).isTrue();
            assertThat(actor("migrate", "002-second"))
                    .startsWith("key from 127.0.0.1 as ")
                    .endsWith(": ticket 17");
            assertThat(service.get("/runs/other").statusCode()).isEqualTo(404);
            assertThat(service.get("/walks/" + run.path("id").asString()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void itOnlyReadsUnlessTheServiceSaysOtherwise() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET, WITH_KEY)) {
            folder.write("002-second.sql", "CREATE TABLE second (id int);");
            assertThat(service.postWithKey("/run").statusCode()).isEqualTo(405);
            assertThat(service.postWithKey("/run/002-second").statusCode()).isIn(404, 405);
            assertThat(service.get("/status").statusCode()).isEqualTo(200);
            assertThat(database.exists("second")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void withoutKeyAndSecurityEveryActionIsForbiddenWithTheReason(WebApplicationType type) {
        try (ServiceWithActions service = service(type, UNRESTRICTED, "--migrator.endpoint.key=")) {
            folder.write("002-second.sql", "CREATE TABLE second (id int);");
            for (String path : List.of("/run", "/run?dryRun=true", "/run/002-second", "/skip/002-second")) {
                HttpResponse<String> answer = service.post(path, "developer-key", "");
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(problem(answer))
                        .isEqualTo("Nobody is authenticated, and there is no migrator.endpoint.key (DEVELOPER_KEY).");
            }
            assertThat(database.exists("second")).isFalse();
        }
    }

    @Test
    void afterSomeWrongKeysNotEvenTheRightOneIsLookedAt() {
        try (ServiceWithActions service = open()) {
            HttpResponse<String> without = service.post("/run");
            assertThat(without.statusCode()).isEqualTo(403);
            assertThat(problem(without)).contains("the header developer-key is missing");
            for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
                HttpResponse<String> wrong = service.post("/run", "developer-key", KEY + i);
                assertThat(wrong.statusCode()).isEqualTo(403);
                assertThat(wrong.body()).contains("not the right one").doesNotContain(KEY);
            }
            assertThat(service.postWithKey("/run").statusCode()).isEqualTo(429);
            assertThat(service.get("").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSecondRunIsAConflictAndTheFirstIsSeenFromMemory() throws Exception {
        try (ServiceWithActions service = open();
                Connection gate = database.connect()) {
            gate.createStatement().execute("SELECT pg_advisory_lock(" + LOCK + ")");
            folder.write("002-slow.sql", "SELECT pg_advisory_xact_lock(" + LOCK + ");");
            HttpResponse<String> first = service.postWithKey("/run");
            String id = json(first).path("id").asString();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> service.get("/runs/" + id).body().contains("\"currentMigration\":\"002-slow\""));

            for (String path : List.of("/run", "/run/002-slow", "/skip/002-slow")) {
                HttpResponse<String> second = service.postWithKey(path);
                assertThat(second.statusCode()).as(path).isEqualTo(409);
                assertThat(second.body()).contains("Another run goes on", "runs/" + id);
            }
            assertThat(service.get("").body()).startsWith("{\"state\":\"RUNNING\"");
            gate.createStatement().execute("SELECT pg_advisory_unlock(" + LOCK + ")");
            assertThat(followed(service, first).path("state").asString()).isEqualTo("COMPLETED");
            assertThat(service.postWithKey("/run").statusCode()).isEqualTo(202);
        }
    }

    @Test
    void aFailedRunTellsTheErrorWithoutItsRows() {
        try (ServiceWithActions service = open()) {
            folder.write(
                    "002-broken.sql",
                    "CREATE TABLE people (email text PRIMARY KEY); INSERT INTO people VALUES ('a@b.c'), ('a@b.c');");
            JsonNode run = followed(service, service.postWithKey("/run"));
            assertThat(run.path("state").asString()).isEqualTo("FAILED");
            assertThat(run.toString()).contains("people_pkey", "23505").doesNotContain("a@b.c");
        }
    }

    @Test
    void aManualOneNeedsItsNameTwice() {
        try (ServiceWithActions service = open()) {
            folder.write("002-clean-up.sql", "-- migrator: manual\nDROP TABLE first;");
            for (String query : List.of("", "?confirm=002", "?confirm=true")) {
                HttpResponse<String> refused = service.postWithKey("/run/002-clean-up" + query);
                assertThat(refused.statusCode()).isEqualTo(400);
                assertThat(problem(refused)).contains("manual");
            }
            assertThat(service.postWithKey("/run/002-clean-up?dryRun=true").statusCode())
                    .isEqualTo(200);
            assertThat(database.exists("first")).isTrue();
            followed(service, service.postWithKey("/run/002-clean-up?confirm=002-clean-up"));
            assertThat(database.exists("first")).isFalse();
            assertThat(actor("migrate", "002-clean-up")).contains("key from 127.0.0.1");
        }
    }

    @Test
    void skipResetAndAcceptAreInTheLogWithWhoAndWhy() {
        try (ServiceWithActions service = open()) {
            folder.write("002-second.sql", "CREATE TABLE second (id int);");
            assertThat(service.postWithKey("/skip/002-second?reason=not%20here").statusCode())
                    .isEqualTo(200);
            assertThat(actor("skip", "002-second"))
                    .startsWith("key from 127.0.0.1 as ")
                    .endsWith(": not here");
            assertThat(service.postWithKey("/reset/002-second").statusCode()).isEqualTo(200);
            assertThat(actor("reset", "002-second")).endsWith(": no reason given");
            folder.write("001-first.sql", "CREATE TABLE first (id int); -- changed");
            assertThat(service.postWithKey("/accept/001-first?reason=a%20comment")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(actor("accept", "001-first")).endsWith(": a comment");
            HttpResponse<String> applied = service.postWithKey("/reset/001-first");
            assertThat(applied.statusCode()).isEqualTo(409);
            assertThat(problem(applied)).contains("It is applied");
        }
    }

    /** Nobody else looks again: green on the page, and out of traffic for ever, would be the worst of both. */
    @Test
    void aServiceWhoseStartFailedIsReadyWhenTheLastObstacleIsRunByItselfOrSkipped() {
        folder.write("002-broken.sql", "SELECT nonsense;").write("003-broken.sql", "SELECT nonsense;");
        try (ServiceWithActions service = service(
                WebApplicationType.SERVLET,
                UNRESTRICTED,
                WITH_KEY,
                "--migrator.fail-fast=false",
                "--management.endpoint.health.show-details=always")) {
            assertThat(service.health().statusCode()).isEqualTo(503);
            folder.write("002-broken.sql", "SELECT 1;");
            followed(service, service.postWithKey("/run/002-broken"));
            assertThat(service.health().statusCode()).as("003 is still pending").isEqualTo(503);
            assertThat(service.postWithKey("/skip/003-broken").statusCode()).isEqualTo(200);
            assertThat(service.health().statusCode()).isEqualTo(200);

            folder.write("004-broken.sql", "SELECT nonsense;");
            assertThat(followed(service, service.postWithKey("/run"))
                            .path("state")
                            .asString())
                    .isEqualTo("FAILED");
            MigrationActivity known = service.bean(MigrationActivity.class);
            assertThat(known.snapshot().failed()).containsExactly("004-broken");
            folder.write("004-broken.sql", "SELECT 1;");
            followed(service, service.postWithKey("/run/004-broken"));
            assertThat(known.snapshot().failed()).isEmpty();
            assertThat(known.snapshot().pending()).isZero();
        }
    }

    @Test
    void whatCannotBeUnderstoodRunsNothing() {
        try (ServiceWithActions service = open()) {
            folder.write("002-second.sql", "CREATE TABLE second (id int);");
            assertThat(problem(service.postWithKey("/run?dryrun=true"))).isEqualTo("There is no such parameter.");
            assertThat(service.postWithKey("/run?dryRun=ture").statusCode()).isEqualTo(400);
            assertThat(service.postWithKey("/run?dryRun=true&dryRun=false").statusCode())
                    .isEqualTo(400);
            assertThat(service.postWithKey("/run?reason=" + "x".repeat(2_000)).statusCode())
                    .isEqualTo(400);
            assertThat(service.postWithKey("/jump").statusCode()).isEqualTo(404);
            assertThat(service.postBody("/run", "application/json", "{\"dryRun\":\"true\"}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(service.postBody("/run", "text/plain", "dryRun=true").statusCode())
                    .isIn(400, 415);
            assertThat(service.postBody("/run", "application/x-www-form-urlencoded", "dryRun=true")
                            .statusCode())
                    .isIn(400, 415);
            assertThat(service.method("HEAD", "/run").statusCode()).isIn(204, 404);
            assertThat(service.method("OPTIONS", "/run").statusCode()).isEqualTo(200);
            assertThat(service.method("PUT", "/run").statusCode()).isEqualTo(405);
            assertThat(service.method("DELETE", "/run/002-second").statusCode()).isEqualTo(405);
            assertThat(database.exists("second")).isFalse();
        }
    }

    @Test
    void hostileNamesAreNamesThatNoMigrationHas() {
        folder.write("../outside.sql", "CREATE TABLE outside (id int);");
        try (ServiceWithActions service = open()) {
            for (String name : List.of(
                    "..%2Foutside",
                    "..",
                    "002'; DROP TABLE first; --",
                    "<script>alert(1)</script>",
                    "001-first\r\nX: y",
                    "\u202e001",
                    "%00",
                    "x".repeat(5_000))) {
                String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
                for (String action : List.of("/run/", "/skip/", "/")) {
                    HttpResponse<String> answer =
                            action.equals("/") ? service.get("/" + encoded) : service.postWithKey(action + encoded);
                    assertThat(answer.statusCode()).as(name + action).isIn(400, 404);
                    assertThat(answer.headers().firstValue("X")).isEmpty();
                }
            }
            assertThat(database.exists("first")).isTrue();
            assertThat(database.exists("outside")).isFalse();
        }
    }
}
