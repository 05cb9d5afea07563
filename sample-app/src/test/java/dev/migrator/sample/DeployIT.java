package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line's verb {@code deploy} against the running service: two jars, two processes. */
@PostgresTest
class DeployIT {

    private static final String KEY = "a-key-of-the-tests-0123456789";
    private static final Map<String, String> WITH_KEY = Map.of("DEVELOPER_KEY", KEY);

    private static SampleProcess sample(TestDatabase database, MigrationFolder folder, String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = "--migrator.locations=classpath*:db/migration/," + folder.location();
        System.arraycopy(more, 0, arguments, 1, more.length);
        return SampleProcess.start(database.jdbcUrl(), WITH_KEY, arguments).awaitReady();
    }

    private static Ended deploy(SampleProcess sample, Map<String, String> environment, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "deploy";
        arguments[1] = "--backend-url";
        arguments[2] = sample.address();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Step.ofCommandLine(environment, arguments);
    }

    @Test
    void itShowsThePlanRunsItThereAndReportsAsMigrateDoes(TestDatabase database, @TempDir Path path) {
        MigrationFolder folder = new MigrationFolder(path).write("20260101-empty.sql", "SELECT 1;");
        try (SampleProcess sample = sample(database, folder, "--management.endpoint.migrations.access=unrestricted")) {
            folder.write("20260102-levels.sql", "ALTER TABLE customers ADD COLUMN level int;");

            Ended plan = deploy(sample, WITH_KEY, "--dry-run");
            assertThat(plan.exitCode()).as(plan.err()).isZero();
            assertThat(plan.out()).startsWith("20260102-levels (pending; 1 statement, ");

            Ended done = deploy(sample, WITH_KEY, "--reason", "release 7");
            assertThat(done.exitCode()).as(done.err()).isZero();
            assertThat(done.err()).isEmpty();
            assertThat(done.out()).matches("Applied 20260102-levels in \\d+ ms\nApplied: 1, Failed: 0, Total: 33\n");
            assertThat(database.value(
                            "SELECT detail FROM schema_migrations_log WHERE migration_name = '20260102-levels'",
                            String.class))
                    .isEqualTo("release 7");

            assertThat(deploy(sample, WITH_KEY).out())
                    .isEqualTo("Nothing is pending.\nApplied: 0, Failed: 0, Total: 33\n");

            folder.write("20260103-broken.sql", "SELECT nothing;");
            Ended failed = deploy(sample, Map.of(), "--key", KEY);
            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.err())
                    .contains("the key is on the command line", "20260103-broken.sql:1:8", "42703")
                    .doesNotContain(KEY, "\tat ");
            assertThat(failed.out()).endsWith("Applied: 0, Failed: 1, Total: 34\n");

            Ended warned = deploy(sample, WITH_KEY, "--warn-only");
            assertThat(warned.exitCode()).isZero();
            assertThat(warned.err()).contains("WARNING: THE MIGRATIONS ARE NOT DONE (exit code 1)");

            Ended wrong = deploy(sample, Map.of("MIGRATOR_ENDPOINT_KEY", "another-key", "DATABASE_URL", ""));
            assertThat(wrong.exitCode()).isEqualTo(5);
            assertThat(wrong.err()).contains("is not the right one").doesNotContain("another-key");
        }
    }

    @Test
    void whatStandsInTheWayIsOneLineWithWhatToDo(TestDatabase database, @TempDir Path path) {
        MigrationFolder folder = new MigrationFolder(path).write("20260101-empty.sql", "SELECT 1;");
        try (SampleProcess sample = sample(database, folder)) {
            Ended readOnly = deploy(sample, WITH_KEY);
            assertThat(readOnly.exitCode()).isEqualTo(5);
            assertThat(readOnly.err()).contains("management.endpoint.migrations.access=unrestricted");
            Ended elsewhere = deploy(sample, WITH_KEY, "--actuator-path", "/customers/10", "--wait", "1s");
            assertThat(elsewhere.exitCode()).isEqualTo(1);
            assertThat(elsewhere.err()).contains("its health answers 404");
            assertThat(deploy(sample, Map.of()).exitCode()).isEqualTo(2);
        }
        Ended away = Step.ofCommandLine(
                WITH_KEY, "deploy", "--backend-url", "http://localhost:1", "--wait", "1s", "--warn-only");
        assertThat(away.exitCode()).isZero();
        assertThat(away.err()).contains("it does not answer", "wait longer with --wait", "WARNING");
        assertThat(Step.ofCommandLine(WITH_KEY, "deploy", "--backend-url", "no address")
                        .exitCode())
                .isEqualTo(2);
    }
}
