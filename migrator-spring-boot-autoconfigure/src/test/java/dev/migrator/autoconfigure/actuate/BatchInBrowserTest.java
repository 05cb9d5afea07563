package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.boot.WebApplicationType;

/** What the page's buttons do to a real batch while it runs, and to the rows that it has left out. */
@PostgresTest
class BatchInBrowserTest {

    private static final String BATCH = "20250309-welcome-points";

    @Test
    void aBatchIsPausedResumedCancelledAndWhatItLeftOutIsTriedAgain(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write(
                        "20250201-t.sql",
                        "CREATE TABLE t (id int PRIMARY KEY, divisor int, points int);"
                                + "INSERT INTO t SELECT i, CASE i WHEN 7 THEN 0 ELSE 1 END FROM generate_series(1, 600) i;");
        try (ServiceWithActions service = new ServiceWithActions(
                        WebApplicationType.SERVLET,
                        ServiceWithActions.Plain.class,
                        database.jdbcUrl(),
                        folder,
                        List.of(UNRESTRICTED, WITH_KEY));
                Browser browser = new Browser()) {
            folder.write(
                    BATCH + ".sql",
                    "-- migrator: batch table=t size=10 max-failures=1\n"
                            + "UPDATE t SET points = 100 / divisor WHERE id BETWEEN :from AND :to;\nSELECT pg_sleep(0.1);");
            browser.open(service.url());
            browser.find("#key").sendKeys(KEY, Keys.ENTER);

            press(browser, "run-all");
            press(browser, "pause-" + BATCH);
            browser.shows("#doing", "a person has paused it");
            browser.shows("#state", "Paused: 0 of 1 done", "it goes on when it is resumed");
            // what waits for a person will not be done in some seconds
            assertThat(browser.text("#doing")).doesNotContain("left about");
            assertThat(browser.find("[id='resume-" + BATCH + "']").getAccessibleName())
                    .isEqualTo("Resume " + BATCH);
            assertThat(browser.count("[id='pause-" + BATCH + "']")).isZero();
            browser.picture("page-batch", 1_000);

            press(browser, "resume-" + BATCH);
            press(browser, "cancel-" + BATCH);
            browser.shows("#state h1", BATCH + " failed");
            browser.shows("#batches", "cancelled");

            press(browser, "resume-" + BATCH);
            press(browser, "run-all");
            browser.shows("#batches", "Retry");
            browser.shows("#state", "1 row was left out by a batch");
            database.execute("UPDATE t SET divisor = 1");
            press(browser, "retry-failures-" + BATCH);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> database.value("SELECT count(points) FROM t", Long.class) == 600);
            await().until(() -> browser.count("[id='retry-failures-" + BATCH + "']") == 0);

            assertThat(database.value(
                            "SELECT string_agg(action, ',' ORDER BY id) FROM schema_migrations_log"
                                    + " WHERE detail LIKE '%by hand%' AND action IN"
                                    + " ('pause', 'resume', 'cancel', 'retry-failures')",
                            String.class))
                    .isEqualTo("pause,resume,cancel,resume,retry-failures");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void press(Browser browser, String button) {
        browser.find("[id='" + button + "']");
        // by script: lines come and go above it while a batch runs
        browser.script("document.getElementById(arguments[0]).click()", button);
        browser.find("#reason").sendKeys("by hand", Keys.ENTER);
        await().until(() -> browser.count("#dialog[open]") == 0);
    }
}
