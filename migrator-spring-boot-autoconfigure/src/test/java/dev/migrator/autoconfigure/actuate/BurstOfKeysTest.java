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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;

/** Somebody guesses, on many connections at once and behind a proxy that tells his address. */
@PostgresTest
class BurstOfKeysTest {

    private static final String GUESSER = "203.0.113.7";
    private static final String OWNER = "198.51.100.1";

    private final ExecutorService threads = Executors.newFixedThreadPool(32);
    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    private ServiceWithActions service() {
        return new ServiceWithActions(
                WebApplicationType.SERVLET,
                ServiceWithActions.Plain.class,
                database.jdbcUrl(),
                folder,
                List.of(UNRESTRICTED, WITH_KEY, "--server.forward-headers-strategy=native"));
    }

    private static HttpResponse<String> attempt(ServiceWithActions service, String key, String address) {
        return service.post("/run?dryRun=true", "developer-key", key, "X-Forwarded-For", address);
    }

    @Test
    void ofManyWrongKeysAtOnceFiveAreLookedAtAndTheOwnerElsewhereIsNotLockedOut() throws Exception {
        try (ServiceWithActions service = service()) {
            List<Future<HttpResponse<String>>> guesses = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String guess = KEY + i;
                guesses.add(threads.submit(() -> attempt(service, guess, GUESSER)));
            }
            int lookedAt = 0;
            for (Future<HttpResponse<String>> guess : guesses) {
                lookedAt += guess.get().statusCode() == 403 ? 1 : 0;
                assertThat(guess.get().statusCode()).isIn(403, 429);
            }
            assertThat(lookedAt).isEqualTo(FailedAttempts.ALLOWED);

            HttpResponse<String> wrong = attempt(service, "guess", GUESSER);
            HttpResponse<String> right = attempt(service, KEY, GUESSER);
            assertThat(right.statusCode()).isEqualTo(429);
            assertThat(right.body()).isEqualTo(wrong.body()).contains(GUESSER, "another address");
            // what is read must not tell either
            var asker = json(service.get("/overview", "developer-key", KEY, "X-Forwarded-For", GUESSER))
                    .path("asker");
            assertThat(asker.path("actions").isEmpty()).isTrue();
            assertThat(asker.has("as")).isFalse();

            assertThat(attempt(service, KEY, OWNER).statusCode()).isEqualTo(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aFloodFromManyAddressesNeitherLocksOutTheOwnerNorIsRemembered() throws Exception {
        try (ServiceWithActions service = service()) {
            List<Future<HttpResponse<String>>> guesses = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                String address = "203.0." + i / 250 + "." + i % 250;
                guesses.add(threads.submit(() -> attempt(service, "guess", address)));
            }
            for (Future<HttpResponse<String>> guess : guesses) {
                assertThat(guess.get().statusCode()).isEqualTo(403);
            }
            assertThat(attempt(service, KEY, OWNER).statusCode()).isEqualTo(200);
        } finally {
            threads.shutdownNow();
        }
    }
}
