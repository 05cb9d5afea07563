package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** Issue 5: batches seen and steered through the endpoint, while this process runs them. */
@PostgresTest
class BatchActionsTest {

    static final String NAME = "20250301-hash-words";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write(
                        "001-t.sql",
                        "CREATE TABLE t (id int PRIMARY KEY, hash text);"
                                + "INSERT INTO t SELECT i FROM generate_series(1, 1000) i;");
    }

    private ServiceWithActions service(WebApplicationType type) {
        return new ServiceWithActions(
                type,
                WithBatch.class,
                database.jdbcUrl(),
                folder,
                List.of(UNRESTRICTED, WITH_KEY, "--migrator.environments=production"));
    }

    private static JsonNode document(ServiceWithActions service, String path) {
        return json(service.get(path));
    }

    private String actor(String action) {
        return database.value(
                "SELECT actor || ': ' || detail FROM schema_migrations_log WHERE action = '" + action
                        + "' ORDER BY id DESC LIMIT 1",
                String.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void aBatchOfThisProcessIsPausedSeenAndResumed(WebApplicationType type) {
        try (ServiceWithActions service = service(type)) {
            Words words = service.bean(Words.class);
            HttpResponse<String> run = service.postWithKey("/run/" + NAME);
            words.awaitThird();
            HttpResponse<String> paused = service.postWithKey("/pause/" + NAME + "?reason=black%20friday");
            words.letGo();

            assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
            assertThat(json(paused).path("done").asString()).isEqualTo("pause");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> document(service, "").path("batches").path(0).has("hold"));
            JsonNode batch = document(service, "").path("batches").path(0);
            assertThat(batch.path("name").asString()).isEqualTo(NAME);
            assertThat(batch.path("done").asInt()).isEqualTo(300);
            assertThat(batch.path("estimated").asInt()).isEqualTo(1000);
            assertThat(batch.path("hold").asString()).contains("paused");
            assertThat(document(service, "/" + NAME)
                            .path("progress")
                            .path("done")
                            .asInt())
                    .isEqualTo(300);
            assertThat(service.postWithKey("/retry-failures/" + NAME).statusCode())
                    .isEqualTo(409);

            assertThat(service.postWithKey("/resume/" + NAME).statusCode()).isEqualTo(200);
            JsonNode end = service.followed(run);
            assertThat(end.path("state").asString()).as(end.toString()).isEqualTo("COMPLETED");
            assertThat(actor("pause")).startsWith("key from 127.0.0.1 as ").endsWith(": black friday");
            assertThat(actor("resume")).endsWith(": no reason given");
        }
    }

    @Test
    void whatWasLeftOutIsShownAndTriedAgain() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET)) {
            service.bean(Words.class).letGo();
            service.bean(Words.class).unlucky = List.of(7, 42);
            service.followed(service.postWithKey("/run/" + NAME));

            JsonNode one = document(service, "/" + NAME);
            assertThat(one.path("batch").path("state").asString()).isEqualTo("done");
            assertThat(one.path("batch").path("failed").asInt()).isEqualTo(2);
            assertThat(one.path("failures")).hasSize(2);
            assertThat(one.path("failures").path(0).path("message").asString()).contains("unlucky");
            assertThat(document(service, "/001-t").has("batch")).isFalse();
            assertThat(document(service, "")
                            .path("batches")
                            .path(0)
                            .path("failed")
                            .asInt())
                    .isEqualTo(2);

            service.bean(Words.class).unlucky = List.of(7);
            JsonNode some = service.followed(service.postWithKey("/retry-failures/" + NAME + "?reason=mended"));
            assertThat(some.path("action").asString()).isEqualTo("retry-failures");
            assertThat(some.path("state").asString()).isEqualTo("FAILED");
            assertThat(some.path("migrated").asInt()).isEqualTo(1);
            assertThat(some.path("stillFailing").asInt()).isEqualTo(1);
            assertThat(actor("retry-failures"))
                    .startsWith("key from 127.0.0.1 as ")
                    .endsWith(": 1 migrated, 1 fail still: mended");
            service.bean(Words.class).unlucky = List.of();
            assertThat(service.followed(service.postWithKey("/retry-failures/" + NAME))
                            .path("state")
                            .asString())
                    .isEqualTo("COMPLETED");
            assertThat(document(service, "/" + NAME).path("failures")).isEmpty();
        }
    }

    @Test
    void cancelledItFailsAndIsSaidToBeResumed() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET)) {
            HttpResponse<String> run = service.postWithKey("/run/" + NAME);
            service.bean(Words.class).awaitThird();
            assertThat(service.postWithKey("/cancel/" + NAME).statusCode()).isEqualTo(200);
            service.bean(Words.class).letGo();

            JsonNode end = service.followed(run);
            assertThat(end.path("state").asString()).isEqualTo("FAILED");
            assertThat(end.path("problems").toString()).contains("resume " + NAME);
            assertThat(document(service, "")
                            .path("batches")
                            .path(0)
                            .path("state")
                            .asString())
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void whoMayNotActMayNotSteerEither() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET)) {
            for (String action : List.of("pause", "resume", "cancel", "retry-failures")) {
                assertThat(service.post("/" + action + "/" + NAME).statusCode())
                        .as(action)
                        .isEqualTo(403);
                assertThat(service.postWithKey("/" + action + "/" + NAME + "?why=x")
                                .statusCode())
                        .as(action)
                        .isEqualTo(400);
                assertThat(service.postWithKey("/" + action).statusCode())
                        .as(action)
                        .isEqualTo(404);
            }
            HttpResponse<String> notBegun = service.postWithKey("/pause/" + NAME);
            assertThat(notBegun.statusCode()).isEqualTo(409);
            assertThat(notBegun.body()).contains("No batched migration of this name has begun");
            assertThat(service.postWithKey("/retry-failures/nowhere").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aDryRunCallsTheFirstBatchAndKeepsNothing() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET)) {
            Words words = service.bean(Words.class);
            words.letGo();
            JsonNode tried = json(service.postWithKey("/run/" + NAME + "?dryRun=true"))
                    .path("migrations")
                    .path(0)
                    .path("rehearsal");

            assertThat(tried.path("migrated").asInt()).as(tried.toString()).isEqualTo(100);
            assertThat(tried.path("range").asString()).isEqualTo("1 to 100");
            assertThat(words.dry).isTrue();
            assertThat(database.value("SELECT count(hash) FROM t", Long.class)).isZero();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithBatch {

        @Bean
        Words words() {
            return new Words();
        }
    }

    /** Runs only by its name; its third batch waits for the test. */
    static class Words implements BatchMigration {

        private final CountDownLatch third = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private int batches;
        volatile List<Integer> unlucky = List.of();
        volatile boolean dry;

        void awaitThird() {
            try {
                third.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void letGo() {
            gate.countDown();
        }

        @Override
        public MigrationName name() {
            return MigrationName.of(NAME);
        }

        @Override
        public Set<String> environments() {
            return Set.of("nowhere");
        }

        @Override
        public BatchSource source() {
            return BatchSource.of("t").columns("id");
        }

        @Override
        public Integer batchSize() {
            return 100;
        }

        @Override
        public long maxFailures() {
            return 10;
        }

        @Override
        public void migrate(MigrationContext context, List<Map<String, Object>> rows) throws InterruptedException {
            dry = context.dryRun();
            for (Map<String, Object> row : rows) {
                if (unlucky.contains(row.get("id"))) {
                    throw new IllegalStateException("unlucky");
                }
                context.jdbc()
                        .sql("UPDATE t SET hash = 'x' WHERE id = ?")
                        .param(row.get("id"))
                        .update();
            }
            if (++batches == 3) {
                third.countDown();
                gate.await();
            }
        }
    }
}
