package dev.migrator.autoconfigure.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.webhook.Receiver.Received;
import dev.migrator.event.MigrationEvent.RunAborted;
import dev.migrator.event.MigrationEvent.RunCompleted;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@PostgresTest
@Timeout(60)
class WebhooksTest {

    private static final String SECRET = "a secret of 16 or more";
    private static final RunCompleted DONE = new RunCompleted("r1", 3, 0, 0, null, Duration.ofMillis(40));
    private static final Clock NOON = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    private final JsonMapper json = JsonMapper.builder().build();

    private static Webhooks webhooks(String url, @Nullable String secret, WebhookProperties.Format format) {
        var webhook = new WebhookProperties.Webhook(
                url, List.of(WebhookEvent.RUN_COMPLETED, WebhookEvent.RUN_FAILED), secret, format);
        List<Target> targets = Target.of(new WebhookProperties(List.of(webhook)));
        return new Webhooks(targets, "shop", NOON, Duration.ofMillis(5));
    }

    private static Map<String, Object> state(Webhooks webhooks) {
        return webhooks.documents().get(0);
    }

    private static void awaitState(Webhooks webhooks, String name, long value) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> state(webhooks).get(name).equals(value));
    }

    @Test
    void theRunOfAServiceIsToldSignedAndTheReceiverCanVerifyIt(@TempDir Path path, TestDatabase database)
            throws Exception {
        MigrationFolder folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
        try (Receiver receiver = new Receiver(n -> 204)) {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(
                            DataSourceAutoConfiguration.class,
                            MigratorAutoConfiguration.class,
                            WebhookAutoConfiguration.class))
                    .withPropertyValues(
                            "spring.application.name=shop",
                            "spring.datasource.url=" + database.jdbcUrl(),
                            "migrator.locations=" + folder.location(),
                            "migrator.webhooks[0].url=" + receiver.url("/hook?token=t"),
                            "migrator.webhooks[0].secret=" + SECRET,
                            "migrator.webhooks[0].events=migration-completed,run-completed")
                    .run(context -> assertThat(context).hasNotFailed());

            // the context is closed: what was queued is told by then
            assertThat(receiver.received)
                    .extracting(Received::event)
                    .containsExactly("migration-completed", "run-completed");
            assertThat(receiver.received).allSatisfy(received -> {
                assertThat(received.signature()).isEqualTo(asTheDocumentationVerifies(received));
                JsonNode body = json.readTree(received.body());
                assertThat(body.get("id").asString()).isEqualTo(received.delivery());
                assertThat(body.get("event").asString()).isEqualTo(received.event());
                assertThat(body.get("application").asString()).isEqualTo("shop");
            });
            JsonNode run = json.readTree(receiver.received.get(1).body());
            assertThat(run.get("applied").asInt()).isEqualTo(1);
            assertThat(run.get("text").asString()).startsWith("shop: 1 applied, 0 failed in ");
        }
    }

    private static String asTheDocumentationVerifies(Received received) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((received.timestamp() + "." + received.body()).getBytes(StandardCharsets.UTF_8));
        return "v1=" + HexFormat.of().formatHex(mac.doFinal());
    }

    @Test
    void aReceiverInTroubleIsTriedAgainWithTheSameId() throws Exception {
        try (Receiver receiver = new Receiver(n -> n < 3 ? 503 : 200)) {
            Webhooks webhooks = webhooks(receiver.url("/"), SECRET, WebhookProperties.Format.JSON);
            webhooks.on(DONE);
            awaitState(webhooks, "delivered", 1L);

            assertThat(receiver.received).hasSize(3);
            assertThat(receiver.received)
                    .extracting(Received::delivery)
                    .containsOnly(receiver.received.get(0).delivery());
            assertThat(state(webhooks)).doesNotContainKey("trouble").containsEntry("lost", 0L);
        }
    }

    @Test
    void triesAreBoundedAndARefusalIsNotTriedAgain() throws Exception {
        try (Receiver away = new Receiver(n -> 500);
                Receiver refusing = new Receiver(n -> 401)) {
            Webhooks first = webhooks(away.url("/"), null, WebhookProperties.Format.JSON);
            Webhooks second = webhooks(refusing.url("/"), null, WebhookProperties.Format.JSON);
            first.on(DONE);
            second.on(DONE);
            awaitState(first, "lost", 1L);
            awaitState(second, "lost", 1L);

            assertThat(away.received).hasSize(5);
            assertThat(refusing.received).hasSize(1);
            assertThat(state(second)).containsEntry("trouble", "status 401");
            assertThat(refusing.received.get(0).signature()).isNull();
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (Receiver receiver = new Receiver(n -> 302)) {
            Webhooks webhooks = webhooks(receiver.url("/"), SECRET, WebhookProperties.Format.JSON);
            webhooks.on(DONE);
            awaitState(webhooks, "lost", 1L);

            assertThat(receiver.received).extracting(Received::path).containsExactly("/");
        }
    }

    @Test
    void aReceiverThatHangsHoldsUpNeitherTheRunNorTheEnd() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(n -> hangs(hang))) {
            Webhooks webhooks = webhooks(receiver.url("/"), SECRET, WebhookProperties.Format.JSON);
            long startedAt = System.nanoTime();
            for (int i = 0; i < 300; i++) {
                webhooks.on(DONE);
            }
            long told = System.nanoTime() - startedAt;
            assertThat(state(webhooks)).containsEntry("queued", 200).containsEntry("lost", 100L);
            webhooks.destroy();
            long ended = System.nanoTime() - startedAt;
            hang.countDown();

            assertThat(Duration.ofNanos(told)).isLessThan(Duration.ofSeconds(2));
            assertThat(Duration.ofNanos(ended)).isLessThan(Duration.ofSeconds(8));
        }
    }

    /** A time-out of the client ends with the headers: whoever reads the rest may read for ever. */
    @Test
    void whatAReceiverSaysBesidesItsStatusIsNotRead() throws Exception {
        try (Receiver receiver = new Receiver(n -> n == 1 ? 503 : 200)) {
            receiver.talks = Long.MAX_VALUE;
            Webhooks webhooks = webhooks(receiver.url("/"), SECRET, WebhookProperties.Format.JSON);
            webhooks.on(DONE);
            webhooks.on(DONE);
            awaitState(webhooks, "delivered", 2L);

            assertThat(receiver.received).hasSize(3);
        }
    }

    @Test
    void oneThatHangsDoesNotTakeTheLastTryOfTheOthers() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        try (Receiver hanging = new Receiver(n -> hangs(hang));
                Receiver passing = new Receiver(n -> n == 1 ? 503 : 200)) {
            Webhooks webhooks = new Webhooks(
                    Target.of(new WebhookProperties(List.of(toldOfAll(hanging.url("/")), toldOfAll(passing.url("/"))))),
                    "shop",
                    NOON,
                    Duration.ofMinutes(10));
            webhooks.on(DONE);
            webhooks.on(DONE);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> webhooks.documents().get(1).containsKey("trouble"));
            webhooks.destroy();
            hang.countDown();

            assertThat(webhooks.documents().get(1))
                    .containsEntry("delivered", 2L)
                    .containsEntry("lost", 0L);
        }
    }

    private static WebhookProperties.Webhook toldOfAll(String url) {
        return new WebhookProperties.Webhook(
                url, List.of(WebhookEvent.RUN_COMPLETED), null, WebhookProperties.Format.JSON);
    }

    @Test
    void anAddressThatNoClientTakesIsGivenUpAndHoldsUpNothing() {
        Webhooks webhooks = webhooks("http://localhost:99999/", null, WebhookProperties.Format.JSON);
        webhooks.on(DONE);
        webhooks.on(DONE);
        awaitState(webhooks, "lost", 2L);
        assertThat(state(webhooks)).containsEntry("queued", 0);
    }

    private static int hangs(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS) ? 200 : 504;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 504;
        }
    }

    @Test
    void aChatGetsOneTextThatCallsNobody() throws Exception {
        try (Receiver receiver = new Receiver(n -> 200)) {
            Webhooks webhooks = webhooks(receiver.url("/services/T0/B0/token"), null, WebhookProperties.Format.SLACK);
            Problem problem = Problem.error(ProblemCode.LOCK_TIMEOUT, "<!channel> & co", "SELECT secrets", "do this");
            webhooks.on(new RunAborted("r1", List.of(problem), Duration.ofSeconds(1)));
            awaitState(webhooks, "delivered", 1L);

            assertThat(receiver.received.get(0).body())
                    .isEqualTo("{\"text\":\"shop: the migration run ended before it was done: &lt;!channel&gt; &amp; co"
                            + " (lock-timeout)\"}");
        }
    }

    @Test
    void noTextOfAnAddressOrASecretIsShown() throws Exception {
        try (Receiver receiver = new Receiver(n -> 404)) {
            String url = receiver.url("/services/T0/B0/the-token?key=the-key");
            Webhooks webhooks = webhooks(url, SECRET, WebhookProperties.Format.JSON);
            webhooks.on(DONE);
            awaitState(webhooks, "lost", 1L);
            var webhook = new WebhookProperties.Webhook(url, List.of(), SECRET, WebhookProperties.Format.JSON);
            WebhookProperties properties = new WebhookProperties(List.of(webhook));

            assertThat(webhooks.documents() + " " + properties + " " + Target.of(properties))
                    .contains("migrator.webhooks[0] (localhost)")
                    .doesNotContain("the-token", "the-key", SECRET);
        }
    }

    @Test
    void aWrongSettingStopsTheStartAndDoesNotShowItsValue() {
        for (String wrong :
                List.of("ftp://host/the-token", "https://", "ht tp://the-token", "https://me:the-token@host/")) {
            var webhook = new WebhookProperties.Webhook(wrong, List.of(), null, WebhookProperties.Format.JSON);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> Target.of(new WebhookProperties(List.of(webhook)))))
                    .as(wrong)
                    .hasMessageContaining("migrator.webhooks[0].url")
                    .message()
                    .doesNotContain("the-token");
        }
        var shortSecret =
                new WebhookProperties.Webhook("https://h/", List.of(), "short", WebhookProperties.Format.JSON);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> Target.of(new WebhookProperties(List.of(shortSecret)))))
                .hasMessageContaining("migrator.webhooks[0].secret");
    }
}
