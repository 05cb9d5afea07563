package dev.migrator.cli.deploy;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A running service and its actuator. It follows no redirects: the key is for this address only. */
final class Backend {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** A plan reads every pending file; all other answers come from memory or from one query. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    private final String actuator;
    private final String key;

    private Backend(String actuator, String key) {
        this.actuator = actuator;
        this.key = key;
    }

    static Backend at(String url, String actuatorPath, String key) {
        String base = withoutSlash(url.strip()) + "/" + withoutSlash(actuatorPath.replaceFirst("^/+", ""));
        try {
            URI address = URI.create(base);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (web && address.getHost() != null && address.getUserInfo() == null) {
                return new Backend(withoutSlash(base), key);
            }
        } catch (IllegalArgumentException e) {
            throw noAddress();
        }
        throw noAddress();
    }

    private static MigratorException noAddress() {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                "--backend-url",
                "This is no address of a service.",
                "Give it as https://host or http://host:8080, without user and password."));
    }

    private static String withoutSlash(String text) {
        return text.replaceFirst("/+$", "");
    }

    /** Whether others on the way could read the key. */
    boolean isReadable() {
        URI address = URI.create(actuator);
        return "http".equals(address.getScheme())
                && !"localhost".equals(address.getHost())
                && !String.valueOf(address.getHost()).startsWith("127.");
    }

    String address() {
        return actuator;
    }

    /** Null while it can't be reached. */
    @Nullable
    Answer get(String path) {
        return send(request(path).GET());
    }

    /** Null when it is not known whether the request arrived. */
    @Nullable
    Answer post(String path, String name, String value) {
        String query = "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        return send(request(path + query).header("developer-key", key).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(actuator + path))
                .timeout(ANSWER_LIMIT)
                .header("Accept", "application/json");
    }

    private @Nullable Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Answer.of(response.statusCode(), response.body());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigratorException(Problem.error(
                    ProblemCode.INTERRUPTED, actuator, "The wait for it was interrupted.", "Look at its endpoint."));
        }
    }
}
