package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.MigrationFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.actuate.web.server.NettyReactiveManagementContextAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service on a free port whose migrations are done, and what a client sends to its endpoint. */
final class ServiceWithActions implements AutoCloseable {

    static final String KEY = "0123456789abcdef-the-key";
    static final String UNRESTRICTED = "--management.endpoint.migrations.access=unrestricted";
    static final String WITH_KEY = "--migrator.endpoint.key=" + KEY;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConfigurableApplicationContext context;

    ServiceWithActions(
            WebApplicationType type,
            Class<?> configuration,
            String databaseUrl,
            MigrationFolder folder,
            List<String> more) {
        SpringApplication application = new SpringApplication(Plain.class, configuration);
        application.setWebApplicationType(type);
        application.setListeners(application.getListeners().stream()
                .filter(listener -> !(listener instanceof LoggingApplicationListener))
                .toList());
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + databaseUrl,
                "--migrator.locations=" + folder.location(),
                "--migrator.startup.mode=runner",
                "--migrator.retry.count=0",
                "--migrator.ddl.lock-timeout=60s",
                // sessions in a table are other tests' matter, and Netty's threads belong to the JVM
                "--spring.autoconfigure.exclude=" + NettyReactiveWebServerAutoConfiguration.class.getName() + ","
                        + NettyReactiveManagementContextAutoConfiguration.class.getName() + ","
                        + JdbcSessionAutoConfiguration.class.getName(),
                "--management.endpoints.web.exposure.include=health,migrations"));
        arguments.addAll(more);
        this.context = application.run(arguments.toArray(String[]::new));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** The end of a run that was begun. */
    JsonNode followed(HttpResponse<String> begun) {
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        String run = "/runs/" + json(begun).path("id").asString();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !json(get(run)).path("state").asString().equals("RUNNING"));
        return json(get(run));
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path).GET(), headers);
    }

    /** What the service says of its migrations to a probe. */
    HttpResponse<String> health() {
        return send(HttpRequest.newBuilder(actuator("/health/migrations")).GET());
    }

    HttpResponse<String> post(String path, String... headers) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()), headers);
    }

    HttpResponse<String> postWithKey(String path) {
        return post(path, "developer-key", KEY);
    }

    HttpResponse<String> postBody(String path, String type, String body) {
        return send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)),
                "developer-key",
                KEY,
                "Content-Type",
                type);
    }

    HttpResponse<String> method(String method, String path, String... headers) {
        return send(
                request(path)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("developer-key", KEY),
                headers);
    }

    /** Of the endpoint, on the management port where it has one. */
    String url() {
        Environment environment = context.getEnvironment();
        String port =
                environment.getProperty("local.management.port", environment.getRequiredProperty("local.server.port"));
        return "http://localhost:" + port + environment.getProperty("endpoint.path", "/actuator/migrations");
    }

    /** As a browser names the site of the page. */
    String origin() {
        return "http://" + URI.create(url()).getAuthority();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path));
    }

    private URI actuator(String path) {
        return URI.create(url().replace("/migrations", path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        try {
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** With nothing of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {}
}
