package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** {@code migrator.expected-schema.*} and {@code migrator.drift.*}. */
@PostgresTest
class ExpectedSchemaPropertiesTest {

    private ApplicationContextRunner runner;
    private TestDatabase database;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) throws Exception {
        this.database = database;
        MigrationFolder migrations = new MigrationFolder(Files.createDirectories(path.resolve("m")))
                .write("001-a.sql", "CREATE TABLE a ();");
        MigrationFolder expected = new MigrationFolder(Files.createDirectories(path.resolve("e")))
                .write("a.sql", "CREATE TABLE a (id int);");
        runner = StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(AutoConfigurations.of(MigratorAutoConfiguration.class))
                .withPropertyValues(
                        "migrator.url=" + database.jdbcUrl(),
                        "migrator.locations=" + migrations.location(),
                        "migrator.expected-schema.locations=" + expected.location());
    }

    private static void start(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        StartedByTheTest.start(context);
    }

    private int columns() {
        return database.value(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'a'::regclass AND attnum > 0", Integer.class);
    }

    @Test
    void nothingIsComparedUnlessItIsAskedFor() {
        runner.run(context -> start(context));
        assertThat(columns()).isZero();
    }

    @Test
    void modeReportStopsTheStartAndHealthKnowsWhy() {
        runner.withPropertyValues("migrator.expected-schema.mode=report").run(context -> {
            assertThatThrownBy(() -> start(context))
                    .isInstanceOf(MigratorException.class)
                    .hasMessageContaining("column public.a.id: It is missing.");
            ActivitySnapshot now = context.getBean(MigrationActivity.class).snapshot();
            assertThat(now.phase()).isEqualTo(ActivitySnapshot.Phase.FAILED);
            assertThat(now.problems().get(0).subject()).isEqualTo("column public.a.id");
        });
        assertThat(columns()).isZero();
    }

    @Test
    void modeFixAddsWhatIsMissing() {
        runner.withPropertyValues("migrator.expected-schema.mode=fix").run(context -> start(context));
        assertThat(columns()).isOne();
    }

    @Test
    void aServiceThatMustNotMigrateOnlyLooks() {
        runner.run(context -> start(context));
        runner.withPropertyValues("migrator.expected-schema.mode=fix", "migrator.auto-migrate=false")
                .run(context -> assertThatThrownBy(() -> start(context)).hasMessageContaining("It is missing"));
        assertThat(columns()).isZero();
    }

    @Test
    void driftIsRememberedUnlessItIsSwitchedOff() {
        runner.withPropertyValues("migrator.drift.enabled=false").run(context -> start(context));
        assertThat(database.exists("schema_migrations_snapshots")).isFalse();

        runner.run(context -> {
            Migrator migrator = context.getBean(Migrator.class);
            migrator.acceptDrift("as it is");
            database.execute("CREATE TABLE b ()");
            assertThat(migrator.drift().state()).isEqualTo(DriftReport.State.DRIFTED);
        });
    }
}
