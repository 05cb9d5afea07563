package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.migrator.testkit.Ended;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sample with everything on: what its log, its scrape, its steps and its webhooks say of the first start. */
@PostgresTest
class SignalsIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<String> told = new CopyOnWriteArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void receive() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            told.add(exchange.getRequestHeaders().getFirst("Migrator-Event") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private Map<String, String> webhook() {
        return Map.of(
                "MIGRATOR_WEBHOOKS_0_URL",
                "http://localhost:" + receiver.getAddress().getPort() + "/token",
                "MIGRATOR_WEBHOOKS_0_SECRET",
                "a secret of 16 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "logstash"})
    void structuredLinesHaveTheFieldsOfTheirMigration(String format, TestDatabase database) {
        try (SampleProcess sample =
                SampleProcess.start(database.jdbcUrl(), Map.of(), "--logging.structured.format.console=" + format)) {
            sample.awaitReady();
            // it comes after all of the run; the line that comes just now may be there in half
            sample.awaitOutput("\"Started ");
            List<JsonNode> lines = sample.output()
                    .lines()
                    .filter(line -> line.startsWith("{") && line.endsWith("}"))
                    .map(JSON::readTree)
                    .toList();
            JsonNode applied = lines.stream()
                    .filter(line -> line.path("message").asString("").startsWith("Applied 001-customers in"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(sample.output()));
            assertThat(applied.path("migration").asString()).isEqualTo("001-customers");
            assertThat(applied.path("filename").asString()).isEqualTo("db/migration/001-customers.sql");
            assertThat(applied.path("durationMs").isNumber())
                    .as(applied.toString())
                    .isTrue();
            assertThat(applied.path("instanceId").asString()).isNotBlank();
            List<JsonNode> summaries = lines.stream()
                    .filter(line -> line.path("message").asString("").startsWith("Migrated in"))
                    .toList();
            assertThat(summaries).hasSize(1);
            assertThat(summaries.get(0).path("runId").asString())
                    .isEqualTo(applied.path("runId").asString())
                    .isNotBlank();
            assertThat(summaries.get(0).path("applied").asInt()).isPositive();
            assertThat(summaries.get(0).has("migration")).isFalse();
        }
    }

    @Test
    void theFirstStartIsInTheScrapeInTheStepsAndTold(TestDatabase database) {
        try (SampleProcess sample =
                SampleProcess.start(database.jdbcUrl(), webhook()).awaitReady()) {
            assertThat(sample.body("/actuator/prometheus"))
                    .contains(
                            "migrator_run_seconds_count{outcome=\"success\",problem=\"none\"} 1",
                            "migrator_schema_complete 1.0",
                            "migrator_migrations_pending 0.0");
            await().until(() -> told.size() == 1);
            assertThat(told.get(0)).startsWith("run-completed {").contains("\"application\":\"loyalty\"");
            await().until(() -> sample.body("/actuator/migrationwebhooks").contains("\"delivered\":1"));
            assertThat(sample.body("/actuator/migrationwebhooks") + sample.output())
                    .doesNotContain("/token", "a secret of");
            assertThat(sample.body("/actuator/startup"))
                    .contains("\"name\":\"migrator.run\"", "\"name\":\"migrator.migration\"");
        }
    }

    @Test
    void aProcessOfOneCommandTellsBeforeItEnds(TestDatabase database) {
        Map<String, String> environment = new java.util.LinkedHashMap<>(webhook());
        environment.put("DATABASE_URL", Step.address(database));

        Ended migrated = Step.ofSample(environment, "--migrator.command=migrate");

        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(told).singleElement().asString().startsWith("run-completed {");
    }
}
