package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.boot.WebApplicationType;

/** What the page says of a plan with warnings and with later phases. */
@PostgresTest
class PlanInBrowserTest {

    private static final String SQL_BATCH = "20250309-welcome-points";

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
                        List.of(UNRESTRICTED, WITH_KEY, "--migrator.environments=production"));
                Browser browser = new Browser()) {
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
        }
    }
}
