package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sample as it is shipped, in a process of its own, on a free port. */
final class SampleProcess implements AutoCloseable {

    private static final Path JAR = Path.of(System.getProperty("sample.jar"));
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final ChildJvm jvm;
    private final HttpClient http = HttpClient.newHttpClient();

    private SampleProcess(ChildJvm jvm) {
        this.jvm = jvm;
    }

    static SampleProcess start(String databaseUrl, Map<String, String> environment, String... arguments) {
        ChildJvm.Builder builder = ChildJvm.ofJar(JAR, arguments)
                .maxHeap("128m")
                .jvmArgs("-XX:+UseSerialGC")
                .env("SERVER_PORT", "0")
                .env("DATABASE_URL", databaseUrl);
        environment.forEach(builder::env);
        return new SampleProcess(builder.start());
    }

    String output() {
        return jvm.output();
    }

    int exitCode() {
        return jvm.waitFor(LIMIT);
    }

    /** What a platform sends first; fails if the process takes longer. */
    int terminate(Duration limit) {
        jvm.terminate();
        return jvm.waitFor(limit);
    }

    /** Also of what it has told already: a line may come through its pipe after an answer through its port. */
    void awaitOutput(String text) {
        jvm.awaitOutput(text, LIMIT);
    }

    SampleProcess awaitReady() {
        awaitOutput("Tomcat started on port");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(jvm.isAlive()).as(jvm.output()).isTrue();
            assertThat(status("/actuator/health/readiness")).isEqualTo(200);
        });
        return this;
    }

    int status(String path) {
        return get(path).statusCode();
    }

    String body(String path) {
        return get(path).body();
    }

    String address() {
        Matcher port = PORT.matcher(jvm.output());
        assertThat(port.find()).isTrue();
        return "http://localhost:" + port.group(1);
    }

    private HttpResponse<String> get(String path) {
        URI uri = URI.create(address() + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("No answer from " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }
}
