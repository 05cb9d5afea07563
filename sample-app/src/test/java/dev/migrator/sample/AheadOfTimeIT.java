package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The jar with what was prepared when it was built, as a native image has it and as a quicker start uses it. */
@PostgresTest
class AheadOfTimeIT {

    private static final Map<String, String> PREPARED = Map.of("JAVA_TOOL_OPTIONS", "-Dspring.aot.enabled=true");
    private static final String STARTED = "Starting AOT-processed SampleApplication";

    @Test
    void theServiceMigratesAndItsSecondStartAsksOneQuery(TestDatabase database) {
        try (SampleProcess first =
                SampleProcess.start(database.jdbcUrl(), PREPARED).awaitReady()) {
            first.awaitOutput(STARTED);
            first.awaitOutput("Applied: 29, Failed: 0");
            assertThat(first.body("/actuator/migrations")).contains("\"state\":\"COMPLETED\"", "\"applied\":29");
            assertThat(first.status("/campaigns")).isEqualTo(200);
        }
        try (WireProxy proxy = WireProxy.to(database);
                SampleProcess second =
                        SampleProcess.start(proxy.jdbcUrl(database), PREPARED).awaitReady()) {
            second.awaitOutput(STARTED);
            second.awaitOutput("The schema is complete: 31 migrations, 0 applied now");
            assertThat(proxy.queryRoundTrips()).isEqualTo(1);
        }
    }

    @Test
    void aCommandIsNoService(TestDatabase database) {
        Map<String, String> environment =
                Map.of("DATABASE_URL", Step.address(database), "JAVA_TOOL_OPTIONS", PREPARED.get("JAVA_TOOL_OPTIONS"));

        Ended migrated = Step.ofSample(environment, "--migrator.command=migrate");
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(migrated.out()).endsWith("Applied: 29, Failed: 0, Total: 31\n");
        assertThat(migrated.err()).doesNotContain("Tomcat");

        Ended status = Step.ofSample(environment, "--migrator.command=status", "--check");
        assertThat(status.exitCode()).as(status.err()).isZero();
    }
}
