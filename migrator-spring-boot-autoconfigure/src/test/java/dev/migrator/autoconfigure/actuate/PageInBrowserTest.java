package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.Migrator;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.boot.WebApplicationType;

/** The page as a person has it before the eyes. */
@PostgresTest
class PageInBrowserTest {

    private static Browser browser;

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeAll
    static void start() {
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write("20260105-customers.sql", "CREATE TABLE customers (id bigserial PRIMARY KEY, name text);")
                .write("20260112-orders.sql", "CREATE TABLE orders (id bigserial PRIMARY KEY, placed_at timestamptz);")
                .write(
                        "20260119-order-numbers.sql",
                        "INSERT INTO customers (name) SELECT 'customer ' || i FROM generate_series(1, 30000) i;")
                .write("20260202-order-index.sql", "CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_at);")
                .write("20260209-points.sql", "ALTER TABLE customers ADD COLUMN points int NOT NULL DEFAULT 0;")
                .write("20260216-drop-old-notes.sql", "-- migrator: manual\nDROP TABLE IF EXISTS notes;");
        browser.dark(false);
        browser.size(1_100, 900);
    }

    private ServiceWithActions service(String... more) {
        return new ServiceWithActions(
                WebApplicationType.SERVLET, ServiceWithActions.Plain.class, database.jdbcUrl(), folder, List.of(more));
    }

    private static void state(String expected) {
        browser.shows("#state h1", expected);
    }

    @Test
    void idle() {
        folder.write("20260101-testers.sql", "-- migrator: environments=staging\nSELECT 1;");
        try (ServiceWithActions service = service()) {
            browser.open(service.url());
            state("All migrations are applied");
            browser.shows("#state", "Nothing to do", "applied\n5", "manual\n1");
            assertThat(browser.text("#lines"))
                    .contains("20260209-points", "runs only when a person names it", "not here", "only for staging")
                    .doesNotContain("pending");
            assertThat(browser.count("#lines > li")).isEqualTo(7);
            assertThat(browser.count("#lines .track")).isEqualTo(5);
            browser.shows("#runs", "migrate", "✓ 5 migrations");
            browser.shows("#asker", "This page only reads");
            assertThat(browser.count("button")).isZero();
            assertThat(browser.complaints()).isEmpty();
            browser.picture("page-idle", 900);
            browser.dark(true);
            browser.phone();
            assertThat(browser.script("return document.documentElement.scrollWidth"))
                    .as("nothing is wider than a phone")
                    .isEqualTo(400L);
            browser.picture("page-phone-dark", 860);
        }
    }

    @Test
    void withTheKeyARunFailsIsSkippedAndAManualOneNeedsItsName() {
        try (ServiceWithActions service = service(UNRESTRICTED, WITH_KEY)) {
            folder.write("20260301-loyalty.sql", "CREATE TABLE loyalty (customer_id bigint REFERENCES customers);")
                    .write(
                            "20260302-unique-names.sql",
                            "INSERT INTO customers (name) VALUES ('customer 1');\n"
                                    + "ALTER TABLE customers ADD CONSTRAINT customers_name UNIQUE (name);");
            browser.open(service.url());
            state("2 migrations are pending");
            browser.shows("#plan", "20260302-unique-names", "2 statements");
            assertThat(browser.count("#state button")).isZero();

            browser.find("#key").sendKeys("not-the-key", Keys.ENTER);
            browser.says("is not the right one");
            assertThat(browser.count("#state button")).isZero();
            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.find("#run-all");
            browser.shows("#asker", "You act as key from ");
            browser.picture("page-pending", 900);
            browser.find("#try-all").click();
            browser.shows("#dialog", "Nothing was changed", "20260302-unique-names");
            browser.find("#dialog-cancel").click();

            browser.find("#run-all").click();
            assertThat(browser.text("#dialog-title")).isEqualTo("Run 2 migrations?");
            browser.find("#reason").sendKeys("ticket 17", Keys.ENTER);
            state("20260302-unique-names failed");
            assertThat(browser.text("#problems"))
                    .contains("could not create unique index", "23505")
                    .doesNotContain("customer 1");
            browser.shows("#runs", "1 failed", "key from ");
            assertThat(
                            (String)
                                    browser.script(
                                            "return JSON.stringify([localStorage.length, sessionStorage.length, document.cookie, location.search])"))
                    .as("the key is kept nowhere")
                    .isEqualTo("[0,0,\"\",\"\"]");
            browser.picture("page-failed", 1_000);

            browser.find("#skip-20260302-unique-names").click();
            browser.find("#reason").sendKeys("names may repeat", Keys.ENTER);
            state("All migrations are applied");
            assertThat(database.value("SELECT detail FROM schema_migrations_log WHERE action = 'skip'", String.class))
                    .isEqualTo("names may repeat");

            browser.find("[id='do-20260216-drop-old-notes'] summary").click();
            browser.find("#run-20260216-drop-old-notes").click();
            assertThat(browser.find("#dialog-go").isEnabled()).isFalse();
            browser.find("#confirm").sendKeys("20260216-drop-old-notes");
            browser.find("#dialog-go").click();
            browser.shows("#state", "applied\n7");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aRunningBatchWithProgressRateAndWhatIsLeft() {
        try (ServiceWithActions service = service(UNRESTRICTED, WITH_KEY)) {
            folder.write(
                            "20260309-welcome-points.sql",
                            "-- migrator: batch table=customers size=500\n"
                                    + "UPDATE customers SET points = 100 WHERE id BETWEEN :from AND :to;\n"
                                    + "SELECT pg_sleep(0.1);")
                    .write("20260310-after.sql", "CREATE TABLE later (id int);");
            browser.open(service.url());
            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.find("#run-all").click();
            browser.find("#dialog-go").click();
            state("Migrating: 0 of 2 done");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(browser.text("#doing"))
                            .contains("20260309-welcome-points", " of 30,000", "/s", "left about"));
            assertThat(browser.find("#doing [role=progressbar]").getAttribute("aria-valuenow"))
                    .isNotEqualTo("0");
            assertThat(browser.count("#state button"))
                    .as("nothing to press meanwhile")
                    .isZero();
            browser.shows("#lines", "running", "20260105-customers");
            browser.picture("page-running", 900);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anotherProcessThatIsBlocked() throws Exception {
        try (ServiceWithActions service = service();
                Connection reader = database.connect()) {
            folder.write("20260401-vip.sql", "SELECT pg_advisory_xact_lock(4712);");
            reader.createStatement().execute("SET application_name = 'nightly report'");
            reader.createStatement().execute("SELECT pg_advisory_lock(4712), 'Top-Secret-1'");
            Migrator other = Migrator.builder()
                    .connection(database.jdbcUrl(), null, null)
                    .locations(folder.location())
                    .lockTimeout(Duration.ofMinutes(1))
                    .build();
            Thread node = new Thread(other::migrate);
            node.setDaemon(true);
            node.start();
            browser.open(service.url());
            state("Another process is migrating");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(browser.text("#locks"))
                            .contains("held", "blocked by", "nightly report", "pg_terminate_backend")
                            .doesNotContain("Top-Secret-1"));
            browser.shows("#doing", "20260401-vip");
            browser.picture("page-blocked", 900);
            reader.createStatement().execute("SELECT pg_advisory_unlock(4712)");
            node.join();
            state("All migrations are applied");
        }
    }

    @Test
    void driftIsLookedForShownAndAccepted() {
        try (ServiceWithActions service = service(UNRESTRICTED, WITH_KEY)) {
            database.execute("ALTER TABLE customers ADD COLUMN quick_fix text");
            browser.open(service.url());
            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.find("#drift-look").click();
            state("the schema has drifted");
            browser.shows("#drift", "1 object", "quick_fix");
            browser.picture("page-drift", 900);
            browser.find("#drift-accept").click();
            browser.find("#reason").sendKeys("ticket 18", Keys.ENTER);
            state("All migrations are applied");
            browser.shows("#drift", "none");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void fiveHundredAreShownAtOnceFoundByNameAndAllOnDemand() {
        for (int i = 1; i <= 494; i++) {
            folder.write(
                    LocalDate.of(2027, 1, 1).plusDays(i).format(DateTimeFormatter.BASIC_ISO_DATE) + "-"
                            + List.of("orders-column", "loyalty-backfill", "audit-index", "settings")
                                    .get(i % 4)
                            + ".sql",
                    "SELECT sum(i) FROM generate_series(1, " + i * 7_919 % 90_000 + ") i;");
        }
        try (ServiceWithActions service = service()) {
            browser.open(service.url());
            state("All migrations are applied");
            assertThat(browser.count("#lines > li")).isEqualTo(40);
            browser.shows("#more", "The newest 40 of 500 migrations");
            browser.picture("page-500", 900);
            browser.find("#filter").sendKeys("-points");
            await().untilAsserted(() -> assertThat(browser.text("#more")).isEqualTo("1 of 500 migrations"));
            browser.find("#filter").sendKeys(Keys.BACK_SPACE.toString().repeat(7));
            browser.find("#show-all").click();
            await().untilAsserted(() -> assertThat(browser.count("#lines > li")).isEqualTo(500));
        }
    }

    @Test
    void whomSpringSecurityKnowsActsWithItsTokenAgainstForgedRequests() {
        try (ServiceWithActions service = new ServiceWithActions(
                WebApplicationType.SERVLET,
                SecuredActionsTest.Guarded.class,
                database.jdbcUrl(),
                folder,
                List.of(UNRESTRICTED))) {
            folder.write("20260501-more.sql", "CREATE TABLE more (id int);");
            browser.header("Authorization", SecuredActionsTest.ALICE);
            browser.open(service.url());
            browser.find("#run-all").click();
            browser.find("#dialog-go").click();
            state("All migrations are applied");
            browser.shows("#asker", "You act as alice from ");
            assertThat(database.value(
                            "SELECT actor FROM schema_migrations_log WHERE migration_name = '20260501-more'",
                            String.class))
                    .startsWith("alice from ");
            assertThat(browser.complaints()).isEmpty();
        } finally {
            browser.header("Authorization", null);
        }
    }

    @Test
    void namesAndMessagesAreTextWhateverIsInThem() {
        try (ServiceWithActions service = service(UNRESTRICTED, WITH_KEY)) {
            String hostile = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=2</script>";
            database.execute(
                    "INSERT INTO schema_migrations (migration_name, version, name, kind, status, error_message)"
                            + " VALUES ('20990101-" + hostile + "', '1', 'n', 'sql', 'failed', '" + hostile + "')");
            database.execute("INSERT INTO schema_migrations_log (migration_name, action, outcome, detail, actor)"
                    + " VALUES ('" + hostile + "', 'migrate', 'failed', '" + hostile + "', '" + hostile + "')");
            browser.open(service.url());
            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.shows("#asker", "You act as");
            browser.shows("#problems", hostile);
            browser.shows("#runs", hostile);
            browser.shows("#lines", hostile);
            assertThat(browser.count("main img, main script")).isZero();
            assertThat(browser.script("return window.hacked || 0")).isEqualTo(0L);
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
