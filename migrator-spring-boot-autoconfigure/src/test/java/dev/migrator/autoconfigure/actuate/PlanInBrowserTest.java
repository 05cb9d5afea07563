package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.amend.Amendment;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.boot.WebApplicationType;

/** What the page says of a plan with warnings and with later phases, and where something stands in its way. */
@PostgresTest
class PlanInBrowserTest {

    private static final String SQL_BATCH = "20250309-welcome-points";

    private static Browser browser;

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

    @Test
    void thePlanSaysWhatItWarnsOfAndWhatIsLeftToLaterPhases(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write(
                        "20250201-t.sql",
                        "CREATE TABLE t (id int PRIMARY KEY, hash text, points int);"
                                + "INSERT INTO t SELECT i FROM generate_series(1, 1000) i;");
        try (ServiceWithActions service = new ServiceWithActions(
                WebApplicationType.SERVLET,
                ServiceWithActions.Plain.class,
                database.jdbcUrl(),
                folder,
                List.of(UNRESTRICTED, WITH_KEY, "--migrator.environments=production"))) {
            folder.write(
                            SQL_BATCH + ".sql",
                            "-- migrator: batch table=t size=10\nUPDATE t SET points = 100 WHERE id BETWEEN :from AND :to;\n"
                                    + "SELECT pg_sleep(0.1);")
                    .write("20250105-forgotten.sql", "SELECT 1;")
                    .write("20250310-hot.sql", "-- migrator: phase=background\nCREATE INDEX hot ON t (points);")
                    .write("20250311-drop.sql", "-- migrator: phase=post-deploy\nALTER TABLE t DROP COLUMN hash;");
            browser.open(service.url());
            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.shows("#state h1", "2 migrations are pending");
            browser.shows(
                    "#plan",
                    "20250105-forgotten",
                    "warning",
                    "Left to a later phase",
                    "background",
                    "20250310-hot",
                    "20250311-drop",
                    "waits for 20250310-hot");
            assertThat(browser.complaints()).isEmpty();
            aRunThatDoesNotBeginSaysWhy(folder);
        }
    }

    /** It leaves nothing in the history: the page is the only place where the person who asked for it looks. */
    private static void aRunThatDoesNotBeginSaysWhy(MigrationFolder folder) {
        folder.write("beforeRun.sql", "SELECT nonsense;");
        browser.find("#run-all").click();
        browser.find("#dialog-go").click();
        browser.shows("#ended", "did not come to its end", "beforeRun.sql", "nonsense");
        browser.find("#ended-close").click();
        assertThat(browser.text("#ended")).isEmpty();

        browser.script("act('jump', {dryRun: 'true'})");
        browser.shows("#dialog", "It was refused", "There is no such action");

        // the service has another key by now: this page must not close the door with the old one
        browser.script("key = 'rotated'; look()");
        browser.says("not the right one");
        assertThat(browser.script("return key")).isNull();
        anotherReplicaThatDoesNotKnowTheRunIsNotTakenForItsEnd();
    }

    private static void anotherReplicaThatDoesNotKnowTheRunIsNotTakenForItsEnd() {
        String withAnswer = "window.real = window.real || get; get = path => path.startsWith('/runs/')"
                + " ? Promise.resolve(new Response('', {status: arguments[0]})) : real(path);"
                + " return look().then(() => following)";
        browser.script("following = 'of-another'");
        assertThat(browser.script(withAnswer, 503)).as("it is asked again").isEqualTo("of-another");
        assertThat(browser.text("#ended")).isEmpty();
        assertThat(browser.script(withAnswer, 404)).isNull();
        assertThat(browser.text("#ended"))
                .contains("does not know the run", "history below")
                .doesNotContain("did not come to its end");
    }

    /** Green, while the probe says 503, would be a lie. */
    @Test
    void aServiceThatHasNotSeenThatOthersMendedTheSchemaSaysSoAndLooksAgain(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write("001-broken.sql", "SELECT nonsense;")
                .write("002-hot.sql", "-- migrator: phase=background\nSELECT 1;");
        try (ServiceWithActions service = new ServiceWithActions(
                WebApplicationType.SERVLET,
                ServiceWithActions.Plain.class,
                database.jdbcUrl(),
                folder,
                List.of(
                        UNRESTRICTED,
                        WITH_KEY,
                        "--migrator.fail-fast=false",
                        "--management.endpoint.health.show-details=always"))) {
            Migrator.builder()
                    .connection(database.jdbcUrl(), null, null)
                    .locations(folder.location())
                    .build()
                    .amend(new Amendment.Skip("001-broken", "mended elsewhere"));
            browser.open(service.url());
            browser.shows("#state", "this service is down", "001-broken", "nonsense", "Start it again");
            assertThat(service.health().statusCode()).isEqualTo(503);

            browser.find("#key").sendKeys(KEY, Keys.ENTER);
            browser.find("#run-all");
            assertThat(browser.script("const asked = [], real = act; act = path => asked.push(path);"
                            + "runButtons({...view, status: {...view.status, later: []}})[0].click();"
                            + "act = real; return asked"))
                    .as("where nothing is left it is a look and nothing more")
                    .isEqualTo(List.of("run"));
            browser.find("#run-all").click();
            browser.shows("#dialog", "Look again, and run what is left?", "1 migration is left to a later phase");
            browser.find("#dialog-go").click();
            browser.shows("#state", "All migrations are applied", "Nothing to do");
            assertThat(service.health().statusCode()).isEqualTo(200);
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
