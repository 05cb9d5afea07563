package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import tools.jackson.databind.JsonNode;

/** What no answer may hold, and what no name may do. */
@PostgresTest
class HardeningTest {

    private static final String SECRET = "Top-Secret-";

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
                database.jdbcUrl() + "&password=" + SECRET + "1",
                folder,
                List.of(UNRESTRICTED, WITH_KEY));
    }

    @Test
    void noAnswerHoldsASecret() {
        try (ServiceWithActions service = service()) {
            // each fails in its own way: in the statement with the password, and after it
            folder.write("002-user.sql", "CREATE USER migrator_page PASSWORD '" + SECRET + "3' NONSENSE;")
                    .write("003-later.sql", "CREATE USER migrator_page2 PASSWORD '" + SECRET + "4'; SELECT 1 / 0;");
            for (String name : List.of("002-user", "003-later")) {
                String plan =
                        service.postWithKey("/run/" + name + "?dryRun=true").body();
                HttpResponse<String> begun = service.postWithKey("/run/" + name);
                String id = json(begun).path("id").asString();
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> service.get("/runs/" + id).body().contains("FAILED"));
                assertThat(service.get("/" + name).body()).contains("FAILED");
                for (String answer : List.of(
                        plan,
                        begun.body(),
                        service.get("/runs/" + id).body(),
                        service.get("").body(),
                        service.get("/" + name).body(),
                        service.get("/overview").body(),
                        service.get("", "Accept", PageTest.BROWSER).body())) {
                    assertThat(answer).isNotEmpty().doesNotContain(SECRET, ServiceWithActions.KEY);
                }
            }
        }
    }

    /** Rows of a history that somebody else wrote: names that no file could have. */
    @Test
    void tenThousandHostileNamesAreToldAsTheyAreAndFoundByNobody() {
        Random random = new Random(4711);
        try (ServiceWithActions service = service()) {
            for (int i = 0; i < 10_000; i += 500) {
                StringBuilder rows = new StringBuilder();
                for (int j = i; j < i + 500; j++) {
                    rows.append(j == i ? "" : ", ")
                            .append("('")
                            .append(hostile(random, j).replace("'", "''"))
                            .append("', '1', 'n', 'sql', 'success')");
                }
                database.execute(
                        "INSERT INTO schema_migrations (migration_name, version, name, kind, status) VALUES " + rows);
            }
            JsonNode status = json(service.get("/overview")).path("status");
            JsonNode all = status.path("appliedMigrations");
            assertThat(all.size()).isEqualTo(10_001);
            random = new Random(4711);
            assertThat(all.path(0).path("name").asString()).isEqualTo(hostile(random, 0));

            // none of them has a file: each is a problem, and nobody reads ten thousand
            assertThat(status.path("problems").size()).isEqualTo(WorstProblems.MOST);
            assertThat(status.path("moreProblems").asInt()).isEqualTo(10_000 - WorstProblems.MOST);
            JsonNode plan = json(service.postWithKey("/run?dryRun=true"));
            assertThat(plan.path("problems").size()).isEqualTo(WorstProblems.MOST);

            askForAll(service);
            assertThat(database.exists("first")).isTrue();
        }
    }

    /** Each as the id of a run, which needs no database. */
    private static void askForAll(ServiceWithActions service) {
        IntStream.range(0, 10_000).parallel().forEach(number -> {
            String name = URLEncoder.encode(hostile(new Random(number), number), StandardCharsets.UTF_8)
                    .replace("+", "%20");
            HttpResponse<String> answer = service.get("/runs/" + name);
            assertThat(answer.statusCode()).as(name).isIn(400, 404);
            assertThat(answer.headers().firstValue("Injected")).isEmpty();
        });
    }

    private static final List<String> SEEDS = List.of(
            "../../etc/passwd",
            "..\\\\..\\\\windows",
            "'; DROP TABLE first; --",
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "a\r\nInjected: yes",
            "\u202egnp.exe",
            "${jndi:ldap://x}",
            "#{T(java.lang.Runtime)}",
            "%2e%2e%2f",
            "%s%n%x",
            "\u001b[31mred",
            "\uD83D\uDE00",
            "file:///etc/passwd",
            "001-first/../001-first",
            "null");

    private static String hostile(Random random, int number) {
        StringBuilder name = new StringBuilder().append(number).append(' ');
        for (int parts = random.nextInt(1, 4); parts > 0; parts--) {
            name.append(SEEDS.get(random.nextInt(SEEDS.size()))).append((char) random.nextInt(0x20, 0xD7FF));
        }
        return name.toString();
    }

    @Test
    void whatIsTooLongIsRefusedOrCut() {
        try (ServiceWithActions service = service()) {
            assertThat(service.get("/" + "x".repeat(100_000)).statusCode()).isIn(400, 404, 414, 431);
            assertThat(service.get("/overview", "developer-key", "x".repeat(7_000))
                            .statusCode())
                    .isEqualTo(200);
            database.execute("INSERT INTO schema_migrations_log (migration_name, action, outcome, run_id)"
                    + " SELECT '001-first', 'migrate', 'success', 'run ' || i FROM generate_series(1, 3000) i");
            database.execute("INSERT INTO schema_migrations_log (migration_name, action, outcome, detail)"
                    + " VALUES ('001-first', 'migrate', 'failed', repeat('long ', 100000))");
            service.postWithKey("/run?dryRun=true");
            JsonNode runs = json(service.get("/overview")).path("runs");
            assertThat(runs.size()).isEqualTo(20);
            assertThat(runs.path(0).path("detail").asString()).hasSize(500);
        }
    }
}
