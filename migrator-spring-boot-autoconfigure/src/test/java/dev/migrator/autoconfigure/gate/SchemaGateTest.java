package dev.migrator.autoconfigure.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service with all that could see the old schema: requests, a schedule, a listener container, a runner. */
@PostgresTest
class SchemaGateTest {

    /** Whoever has said it first keeps the other waiting, until its transaction ends. */
    private static final String HOLD = "SELECT pg_advisory_xact_lock(4711)";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private MigrationFolder folder;

    @BeforeEach
    void aMigrationThatWaitsForTheTest(@TempDir Path path) {
        folder = new MigrationFolder(path).write("001-slow.sql", HOLD + "; CREATE TABLE first (id int);");
    }

    @ParameterizedTest
    @EnumSource(
            value = WebApplicationType.class,
            names = {"SERVLET", "REACTIVE"})
    void whileItMigratesTheProbesAreAnsweredAndNobodySeesTheOldSchema(WebApplicationType type, TestDatabase database)
            throws Exception {
        try (Service service = new Service(type, database);
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            int port = service.port();
            service.awaitRunning();

            HttpResponse<String> held = get(port, "/rows");
            assertThat(held.statusCode()).isEqualTo(503);
            assertThat(held.headers().firstValue("Retry-After")).contains("5");
            assertThat(held.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(held.body()).contains("\"status\":503").contains("The database is being migrated");
            assertThat(get(port, "/actuator/../rows").statusCode()).isIn(400, 404, 503);
            assertThat(get(port, "/actuatorrows").statusCode()).isEqualTo(503);
            assertThat(get(port, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(port, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(port, "/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(port, "/actuator/migrations").body()).contains("\"state\":\"RUNNING\"");
            assertThat(Seen.BY_WHOM).isEmpty();

            gate.commit();
            service.awaitReady();
            assertThat(get(port, "/rows").body()).isEqualTo("0");
            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(Seen.BY_WHOM).containsKeys("schedule", "container", "runner"));
            assertThat(Seen.BY_WHOM.values()).containsOnly("0 rows");
        }
    }

    @Test
    void belowTheApplicationsPathsTheProbesAreAnsweredAndNoOtherPathPassesAsTheActuators(TestDatabase database)
            throws Exception {
        try (Service service = new Service(
                        WebApplicationType.SERVLET,
                        database,
                        "--spring.mvc.servlet.path=/api",
                        "--server.servlet.context-path=/shop",
                        "--management.endpoints.web.base-path=/ops");
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            service.awaitRunning();
            int port = service.port();
            assertThat(get(port, "/shop/api/ops/health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(port, "/shop/api/livez").statusCode()).isEqualTo(200);
            assertThat(get(port, "/shop/api/ops/migrations").body()).contains("\"state\":\"RUNNING\"");
            for (String path : List.of(
                    "/shop/api/rows", "/shop/api/x/../ops/x", "/shop/api/x/%2e%2e/ops/x", "/shop/api/ops/../rows")) {
                assertThat(get(port, path).statusCode()).as(path).isEqualTo(503);
            }
            gate.commit();
            service.awaitReady();
        }
    }

    @Test
    void theManagementPortIsOpenMeanwhileTooAndASecondRunIsAConflict(TestDatabase database) throws Exception {
        try (Service service = new Service(
                        WebApplicationType.SERVLET,
                        database,
                        "--management.server.port=0",
                        "--management.endpoint.migrations.access=unrestricted",
                        "--migrator.endpoint.key=key-of-the-gate-test");
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            service.awaitRunning();
            int port = service.managementPort();
            assertThat(get(port, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(service.port(), "/rows").statusCode()).isEqualTo(503);
            assertThat(run(port, "another-key").statusCode()).isEqualTo(403);
            HttpResponse<String> second = run(port, "key-of-the-gate-test");
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("Another run goes on in this process");
            gate.commit();
            service.awaitReady();
            assertThat(run(port, "key-of-the-gate-test").statusCode()).isEqualTo(202);
        }
    }

    private HttpResponse<String> run(int port, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/actuator/migrations/run"))
                .header("developer-key", key)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void inBackgroundModeItIsReadyAtOnceAndHealthTells(TestDatabase database) throws Exception {
        try (Service service = new Service(
                        WebApplicationType.SERVLET, database, "--migrator.startup.mode=background", "--rows=none");
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            service.awaitReady();
            int port = service.port();
            service.awaitRunning();
            assertThat(get(port, "/hello").statusCode()).isEqualTo(200);
            assertThat(get(port, "/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(get(port, "/actuator/health").statusCode()).isEqualTo(503);
            gate.commit();
            await().untilAsserted(() ->
                    assertThat(get(port, "/actuator/health").statusCode()).isEqualTo(200));
        }
    }

    @Test
    void aFailureInTheBackgroundShowsInHealthAndTheServiceGoesOn(TestDatabase database) throws Exception {
        folder.write("001-slow.sql", "SELECT nothing;");
        try (Service service = new Service(
                WebApplicationType.SERVLET, database, "--migrator.startup.mode=background", "--rows=none")) {
            service.start();
            service.awaitReady();
            int port = service.port();
            await().untilAsserted(() ->
                    assertThat(get(port, "/actuator/health").body()).contains("\"status\":\"failed\""));
            assertThat(get(port, "/actuator/health").statusCode()).isEqualTo(503);
            assertThat(get(port, "/actuator/health").body()).contains("column \\\"nothing\\\" does not exist");
            assertThat(get(port, "/hello").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServiceInTheBackgroundThatStopsLeavesNothingRunning(TestDatabase database) throws Exception {
        try (Service service = new Service(
                        WebApplicationType.SERVLET, database, "--migrator.startup.mode=background", "--rows=none");
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            service.awaitReady();
            service.awaitRunning();
            service.close();
            assertThat(database.value(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name LIKE 'migrator%' AND state = 'active'",
                            Long.class))
                    .isZero();
            assertThat(database.value("SELECT status FROM schema_migrations", String.class))
                    .isEqualTo("failed");
        }
    }

    @Test
    void aServiceThatStartsAnywayIsOpenAfterAFailure(TestDatabase database) throws Exception {
        folder.write("001-slow.sql", "SELECT nothing;");
        try (Service service =
                new Service(WebApplicationType.SERVLET, database, "--migrator.fail-fast=false", "--rows=none")) {
            service.start();
            service.awaitReady();
            assertThat(get(service.port(), "/hello").statusCode()).isEqualTo(200);
            assertThat(get(service.port(), "/actuator/health").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void withTheGateSwitchedOffRequestsPass(TestDatabase database) throws Exception {
        try (Service service =
                        new Service(WebApplicationType.SERVLET, database, "--migrator.gate.http=false", "--rows=none");
                OpenTransaction gate = OpenTransaction.of(database, HOLD)) {
            service.start();
            service.awaitRunning();
            assertThat(get(service.port(), "/hello").statusCode()).isEqualTo(200);
            gate.commit();
            service.awaitReady();
        }
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What those saw of the database who work by themselves. */
    static final class Seen {

        static final ConcurrentHashMap<String, String> BY_WHOM = new ConcurrentHashMap<>();

        private Seen() {}

        static void look(String who, JdbcTemplate jdbc) {
            BY_WHOM.put(who, jdbc.queryForObject("SELECT count(*) || ' rows' FROM first", String.class));
        }
    }

    /** The service, started by a thread of its own. */
    private final class Service implements AutoCloseable {

        private final SpringApplication application = new SpringApplication(Application.class);
        private final List<String> arguments = new ArrayList<>();
        private final CompletableFuture<Integer> port = new CompletableFuture<>();
        private final CompletableFuture<Integer> managementPort = new CompletableFuture<>();
        private final CompletableFuture<ConfigurableApplicationContext> ready = new CompletableFuture<>();
        private final CountDownLatch running = new CountDownLatch(1);

        Service(WebApplicationType type, TestDatabase database, String... more) {
            Seen.BY_WHOM.clear();
            application.setWebApplicationType(type);
            application.setListeners(application.getListeners().stream()
                    .filter(listener -> !(listener instanceof LoggingApplicationListener))
                    .toList());
            application.addListeners((ApplicationListener<WebServerInitializedEvent>) this::opened);
            application.addInitializers(
                    context -> context.getBeanFactory().registerSingleton("runningLatch", new RunningLatch(running)));
            arguments.addAll(List.of(
                    "--server.port=0",
                    "--spring.datasource.url=" + database.jdbcUrl(),
                    "--spring.datasource.hikari.maximum-pool-size=4",
                    "--migrator.locations=" + folder.location(),
                    "--migrator.ddl.lock-timeout=60s",
                    // Netty's threads belong to the JVM: the service of another test takes them along when it stops
                    "--spring.autoconfigure.exclude=" + NettyReactiveWebServerAutoConfiguration.class.getName(),
                    "--management.endpoint.health.show-details=always",
                    "--management.endpoint.health.probes.enabled=true",
                    "--management.endpoint.health.probes.add-additional-paths=true",
                    "--management.endpoints.web.exposure.include=health,migrations"));
            arguments.addAll(Arrays.asList(more));
            if (arguments.stream().noneMatch(argument -> argument.startsWith("--migrator.startup.mode="))) {
                // libraries of other tests on the class path would make it early
                arguments.add("--migrator.startup.mode=runner");
            }
        }

        private void opened(WebServerInitializedEvent event) {
            boolean management =
                    WebServerApplicationContext.hasServerNamespace(event.getApplicationContext(), "management");
            (management ? managementPort : port).complete(event.getWebServer().getPort());
        }

        void start() {
            Thread thread = new Thread(() -> {
                try {
                    ready.complete(application.run(arguments.toArray(String[]::new)));
                } catch (RuntimeException | Error e) {
                    ready.completeExceptionally(e);
                    port.completeExceptionally(e);
                }
            });
            thread.start();
        }

        int port() throws Exception {
            return in(port);
        }

        int managementPort() throws Exception {
            return in(managementPort);
        }

        void awaitRunning() throws Exception {
            assertThat(running.await(180, TimeUnit.SECONDS)).isTrue();
        }

        void awaitReady() throws Exception {
            in(ready);
        }

        private static <T> T in(CompletableFuture<T> future)
                throws ExecutionException, TimeoutException, InterruptedException {
            return future.get(180, TimeUnit.SECONDS); // the first context of a cold JVM on a busy machine
        }

        @Override
        public void close() {
            ready.thenAccept(ConfigurableApplicationContext::close).orTimeout(60, TimeUnit.SECONDS);
            await().atMost(Duration.ofMinutes(1)).until(ready::isDone);
        }
    }

    /** Tells the test when the migration has begun. */
    record RunningLatch(CountDownLatch latch) implements dev.migrator.event.MigrationListener {

        @Override
        public void on(dev.migrator.event.MigrationEvent event) {
            if (event instanceof dev.migrator.event.MigrationEvent.MigrationStarted) {
                latch.countDown();
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableScheduling
    static class Application {

        @RestController
        static class Rows {

            private final JdbcTemplate jdbc;

            Rows(JdbcTemplate jdbc) {
                this.jdbc = jdbc;
            }

            @GetMapping("/rows")
            String rows() {
                return String.valueOf(jdbc.queryForObject("SELECT count(*) FROM first", Long.class));
            }

            @GetMapping("/hello")
            String hello() {
                return "hello";
            }
        }

        @Configuration(proxyBeanMethods = false)
        @org.springframework.boot.autoconfigure.condition.ConditionalOnProperty(
                name = "rows",
                havingValue = "all",
                matchIfMissing = true)
        static class Users {

            private final JdbcTemplate jdbc;

            Users(JdbcTemplate jdbc) {
                this.jdbc = jdbc;
            }

            @Scheduled(fixedRate = 20)
            void schedule() {
                Seen.look("schedule", jdbc);
            }

            @Bean
            ApplicationRunner rowsRunner() {
                return arguments -> Seen.look("runner", jdbc);
            }

            @Bean
            SmartLifecycle container() {
                return new Container(jdbc);
            }
        }
    }

    /** As Spring's libraries start what works by itself; streams come first of all. */
    private static final class Container implements SmartLifecycle {

        private final JdbcTemplate jdbc;
        private volatile boolean running;

        Container(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public void start() {
            Seen.look("container", jdbc);
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE - 1000;
        }
    }
}
