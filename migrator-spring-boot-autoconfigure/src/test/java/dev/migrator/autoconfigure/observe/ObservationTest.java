package dev.migrator.autoconfigure.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftCheck;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a scrape and a trace tell of the run of a start. */
@PostgresTest
class ObservationTest {

    private static final Pattern METRIC = Pattern.compile("\\bmigrator_[a-z_]+");

    private MigrationFolder folder;
    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int PRIMARY KEY);")
                .write("002-second.sql", "INSERT INTO first SELECT generate_series(1, 50); SELECT pg_sleep(0.2);")
                .write(
                        "003-batch.sql",
                        "-- migrator: batch table=first key=id size=20\n"
                                + "UPDATE first SET id = id WHERE id BETWEEN :from AND :to;");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        MigratorAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        PrometheusMetricsExportAutoConfiguration.class,
                        ObservationAutoConfiguration.class,
                        MigratorMetricsAutoConfiguration.class,
                        MigratorObservationAutoConfiguration.class))
                .withPropertyValues(
                        "migrator.locations=" + folder.location(),
                        "migrator.retry.count=0",
                        "spring.datasource.url=" + database.jdbcUrl());
    }

    private static double value(String scrape, String sample) {
        return scrape.lines()
                .filter(line -> line.startsWith(sample + " "))
                .findFirst()
                .map(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .orElseThrow(() -> new AssertionError(sample + " is not in\n" + scrape));
    }

    @Test
    void theRunOfTheStartIsInTheScrapeInRunnerMode() {
        runner.run(context ->
                isInTheScrape(context.getBean(PrometheusMeterRegistry.class).scrape()));
    }

    @Test
    void theRunOfTheStartIsInTheScrapeInEarlyModeToo() {
        runner.withUserConfiguration(NeedsSchema.class)
                .run(context -> isInTheScrape(
                        context.getBean(PrometheusMeterRegistry.class).scrape()));
    }

    private static void isInTheScrape(String scrape) {
        assertThat(value(scrape, "migrator_run_seconds_count{outcome=\"success\",problem=\"none\"}"))
                .isEqualTo(1);
        String migrations = "migrator_migration_seconds_%s{outcome=\"success\",problem=\"none\"}";
        assertThat(value(scrape, migrations.replace("%s", "count"))).isEqualTo(3);
        // two of them shared a message of 0.2 s: it counts once
        assertThat(value(scrape, migrations.replace("%s", "sum")))
                .isGreaterThan(0.2)
                .isLessThan(value(scrape, "migrator_run_seconds_sum{outcome=\"success\",problem=\"none\"}"));
        assertThat(value(scrape, "migrator_batch_seconds_count{outcome=\"success\",problem=\"none\"}"))
                .isEqualTo(3);
        assertThat(value(scrape, "migrator_batch_rows_total")).isEqualTo(50);
        assertThat(value(scrape, "migrator_schema_complete")).isEqualTo(1);
        assertThat(value(scrape, "migrator_migrations_pending")).isZero();
        assertThat(value(scrape, "migrator_migrations_failed")).isZero();
        assertThat(value(scrape, "migrator_last_success_age_seconds")).isBetween(0.0, 60.0);
        assertThat(value(scrape, "migrator_drift_objects")).isNaN();
        assertThat(scrape).doesNotContain("001-first", "002-second");
    }

    @Test
    void aFailureIsCountedByItsProblemAndLeavesTheSchemaIncomplete() {
        folder.write("004-broken.sql", "SELECT nonsense;").write("005-never.sql", "SELECT 1;");
        runner.withPropertyValues("migrator.fail-fast=false").run(context -> {
            String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
            assertThat(value(
                            scrape,
                            "migrator_migration_seconds_count{outcome=\"failed\",problem=\"migration-failed\"}"))
                    .isEqualTo(1);
            assertThat(value(scrape, "migrator_run_seconds_count{outcome=\"failed\",problem=\"migration-failed\"}"))
                    .isEqualTo(1);
            assertThat(value(scrape, "migrator_schema_complete")).isZero();
            assertThat(value(scrape, "migrator_migrations_failed")).isEqualTo(1);
            assertThat(value(scrape, "migrator_migrations_pending")).isEqualTo(2);
            assertThat(value(scrape, "migrator_last_success_age_seconds")).isNaN();
        });
    }

    @Test
    void aRunThatIsRefusedIsAnAbortedOne() {
        folder.write("004-broken.sql", "SELECT 'unclosed;");
        runner.withPropertyValues("migrator.fail-fast=false")
                .run(context -> assertThat(value(
                                context.getBean(PrometheusMeterRegistry.class).scrape(),
                                "migrator_run_seconds_count{outcome=\"aborted\",problem=\"unclosed-token\"}"))
                        .isEqualTo(1));
    }

    @Test
    void theGaugeOfDriftSaysWhatTheLastLookFound(TestDatabase database) {
        runner.withConfiguration(AutoConfigurations.of(DriftAutoConfiguration.class))
                .run(context -> {
                    PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
                    assertThat(value(registry.scrape(), "migrator_drift_objects"))
                            .isNaN();
                    database.execute("CREATE TABLE by_hand (id int)");

                    context.getBean(DriftCheck.class).check();

                    assertThat(value(registry.scrape(), "migrator_drift_objects"))
                            .isEqualTo(1);
                });
    }

    @Test
    void aTraceHasTheRunAboveTheMigrationsAboveTheBatches() {
        runner.withUserConfiguration(Traced.class).run(context -> {
            List<String> spans = context.getBean(Recorder.class).spans;
            assertThat(spans)
                    .contains(
                            "migrator.run < none",
                            "migrator.migration 001-first < migrator.run",
                            "migrator.migration 002-second < migrator.run",
                            "migrator.migration 003-batch < migrator.run",
                            "migrator.batch 003-batch < migrator.migration")
                    .hasSize(7);
            assertThat(context.getBean(ObservationRegistry.class).getCurrentObservation())
                    .isNull();
        });
    }

    /** What goes out is out: whoever keeps the traces need not keep the customers. */
    @Test
    void aTraceTellsAFailureWithoutTheDataOfRows() {
        folder.write(
                "004-people.sql",
                "CREATE TABLE people (email text PRIMARY KEY); INSERT INTO people VALUES ('a@b.c'), ('a@b.c');");
        runner.withUserConfiguration(Traced.class)
                .withPropertyValues("migrator.fail-fast=false")
                .run(context -> assertThat(context.getBean(Recorder.class).errors)
                        .singleElement()
                        .asString()
                        .contains("people_pkey", "23505")
                        .doesNotContain("a@b.c"));
    }

    @Test
    void withoutMicrometerNothingIsMissed(TestDatabase database) {
        runner.withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Migrator.class);
            assertThat(database.exists("first")).isTrue();
        });
    }

    @Test
    void everyMetricOfTheDashboardAndTheAlertsIsInTheScrape() throws IOException {
        Set<String> documented = new TreeSet<>();
        for (String file : List.of("monitoring/dashboard.json", "monitoring/alerts.yml")) {
            Matcher metric = METRIC.matcher(Files.readString(Path.of("../docs", file)));
            while (metric.find()) {
                documented.add(metric.group());
            }
        }
        assertThat(documented).hasSizeGreaterThan(8);
        folder.write("004-calls.sql", "SELECT 1;");
        runner.run(context -> {
            waitForALock(context.getBean(ObservationRegistry.class));
            String scrape = context.getBean(PrometheusMeterRegistry.class).scrape();
            assertThat(documented).allSatisfy(name -> assertThat(scrape).contains("\n" + name));
        });
    }

    /** The only one that a lonely start has not. */
    private static void waitForALock(ObservationRegistry registry) {
        ObservedRuns runs = new ObservedRuns(() -> registry);
        runs.on(new dev.migrator.event.MigrationEvent.LockWaiting("r", "pid 7"));
        runs.on(new dev.migrator.event.MigrationEvent.LockWaited("r", true, java.time.Duration.ofSeconds(1)));
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsSchema {

        @Bean
        @DependsOnDatabaseInitialization
        Integer rows(JdbcTemplate jdbc) {
            return jdbc.queryForObject("SELECT count(*) FROM first", Integer.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Traced {

        @Bean
        Recorder recorder() {
            return new Recorder();
        }
    }

    static final class Recorder implements ObservationHandler<Observation.Context> {

        private final List<String> spans = new CopyOnWriteArrayList<>();
        private final List<String> errors = new CopyOnWriteArrayList<>();

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStop(Observation.Context context) {
            if (context.getError() != null) {
                errors.add(String.valueOf(context.getError().getMessage()));
            }
            var parent = context.getParentObservation();
            spans.add(context.getContextualName() + " < "
                    + (parent == null ? "none" : parent.getContextView().getName()));
        }
    }
}
