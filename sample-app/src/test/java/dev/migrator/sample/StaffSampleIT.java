package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The profile staff of the sample: what the expected schema lacks is added and filled at the start. */
@PostgresTest
class StaffSampleIT {

    private static final String PROFILE = "--spring.profiles.active=staff";

    @Test
    void missingColumnsAreAddedFilledAndToldOnce(TestDatabase database) {
        try (SampleProcess first =
                SampleProcess.start(database.jdbcUrl(), Map.of(), PROFILE).awaitReady()) {
            assertThat(first.output())
                    .contains("Missing columns detected: first_name, last_name, display_name")
                    .contains("Added index public.staff.staff_tenant in ")
                    .contains("Database schema is up to date");
        }
        assertThat(database.query("SELECT first_name, last_name, display_name FROM staff ORDER BY id")
                        .toString())
                .isEqualTo("[{first_name=Ada, last_name=Lovelace, display_name=Ada Lovelace},"
                        + " {first_name=Grace, last_name=Hopper, display_name=Grace Hopper},"
                        + " {first_name=root, last_name=null, display_name=root}]");

        try (SampleProcess second =
                SampleProcess.start(database.jdbcUrl(), Map.of(), PROFILE).awaitReady()) {
            assertThat(second.output())
                    .contains("Database schema is up to date")
                    .doesNotContain("Missing columns", "Added ");
        }
    }
}
