package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import tools.jackson.databind.JsonNode;

/** Who gets the page and who gets JSON, and what the page is told. */
@PostgresTest
class PageTest {

    /** As Chromium and Firefox send it. */
    static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    private ServiceWithActions service(WebApplicationType type, String... more) {
        return new ServiceWithActions(type, ServiceWithActions.Plain.class, database.jdbcUrl(), folder, List.of(more));
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("none");
    }

    private static void isThePage(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(type(answer)).isEqualToIgnoringCase("text/html;charset=UTF-8");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse("none"))
                .startsWith("default-src 'none'; script-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Vary").orElse("none")).contains("Accept");
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void aBrowserGetsThePageAndEverybodyElseJson(WebApplicationType type) {
        try (ServiceWithActions service = service(type, UNRESTRICTED, WITH_KEY)) {
            isThePage(service.get("", "Accept", BROWSER));
            assertThat(service.get("", "Accept", BROWSER).body())
                    .startsWith("<!DOCTYPE html>")
                    .doesNotContain("/*script*/", "/*style*/", "http://", "https://", database.name());
            for (String accept : List.of(
                    "*/*",
                    "application/json",
                    "application/json, text/html",
                    "text/html;q=0.4, application/json",
                    "text/*",
                    "application/vnd.spring-boot.actuator.v3+json, text/html")) {
                HttpResponse<String> answer = service.get("", "Accept", accept);
                assertThat(answer.body()).as(accept).doesNotContain("<!DOCTYPE");
                if (!accept.equals("text/*")) {
                    assertThat(type(answer)).as(accept).contains("json");
                    assertThat(json(answer).path("state").asString()).isEqualTo("COMPLETED");
                }
            }
            assertThat(service.get("", "Accept", "nonsense").statusCode()).isEqualTo(406);
            // only the list has a page
            assertThat(type(service.get("/status", "Accept", BROWSER))).contains("json");
            assertThat(type(service.get("/001-first", "Accept", BROWSER))).contains("json");
            onlyGetAndHeadHaveIt(service);
            theOverviewTellsPlanRunsAndWhatTheAskerMayDo(service);
        }
    }

    private static void onlyGetAndHeadHaveIt(ServiceWithActions service) {
        HttpResponse<String> head = service.method("HEAD", "", "Accept", BROWSER);
        isThePage(head);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isGreaterThan(10_000);
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            assertThat(service.method(method, "", "Accept", BROWSER).statusCode())
                    .as(method)
                    .isEqualTo(405);
        }
        assertThat(service.method("OPTIONS", "", "Accept", BROWSER).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVLET --management.server.port=0", "REACTIVE --management.server.port=0"})
    void itIsWhereTheEndpointIs(String typeAndPort) {
        String[] words = typeAndPort.split(" ");
        try (ServiceWithActions service = service(
                WebApplicationType.valueOf(words[0]),
                words[1],
                WITH_KEY,
                "--management.server.address=127.0.0.1",
                "--management.endpoints.web.base-path=/ops",
                "--management.endpoints.web.path-mapping.migrations=schema",
                "--endpoint.path=/ops/schema")) {
            isThePage(service.get("", "Accept", BROWSER));
            assertThat(json(service.get("/overview"))
                            .path("status")
                            .path("applied")
                            .asInt())
                    .isEqualTo(1);
            JsonNode asker =
                    json(service.get("/overview", "developer-key", KEY)).path("asker");
            assertThat(asker.toString()).isEqualTo("{\"access\":\"read-only\",\"actions\":[]}");
        }
    }

    private void theOverviewTellsPlanRunsAndWhatTheAskerMayDo(ServiceWithActions service) {
        folder.write("002-second.sql", "CREATE TABLE second (id int);");
        JsonNode anybody = json(service.get("/overview"));
        assertThat(anybody.path("status").path("pending").asInt()).isEqualTo(1);
        assertThat(anybody.path("plan").path("migrations").path(0).path("bytes").asInt())
                .isEqualTo(29);
        JsonNode run = anybody.path("runs").path(0);
        assertThat(run.path("actions").asString() + run.path("succeeded").asInt())
                .isEqualTo("migrate1");
        assertThat(anybody.path("asker").path("actions").size()).isZero();
        assertThat(anybody.path("asker").path("takesKey").asBoolean()).isTrue();

        JsonNode owner = json(service.get("/overview", "developer-key", KEY));
        assertThat(owner.path("asker").path("as").asString()).isEqualTo("key from 127.0.0.1");
        assertThat(owner.path("asker").path("actions").toString()).contains("\"run\"", "\"skip/NAME\"");

        JsonNode guest = json(service.get("/overview", "developer-key", "guess"));
        assertThat(guest.path("asker").path("actions").size()).isZero();
        assertThat(guest.toString()).contains("not the right one").doesNotContain("guess");

        // an action ends the second for which a look is shared
        service.postWithKey("/skip/002-second");
        JsonNode next = json(service.get("/overview"));
        assertThat(next.path("status").path("pending").asInt()).isZero();
        assertThat(next.path("runs").path(0).path("actions").asString()).isEqualTo("skip");
    }
}
