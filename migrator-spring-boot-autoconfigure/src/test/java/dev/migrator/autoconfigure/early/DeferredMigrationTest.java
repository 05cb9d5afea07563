package dev.migrator.autoconfigure.early;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.StartedByTheTest;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Issue 5: a migration that uses entities, in a service whose entities are validated against the schema at the start. */
@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class DeferredMigrationTest {

    private static final String NAME = "002-first-ticket";

    private ApplicationContextRunner runner;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path)
                .write("001-tickets.sql", "CREATE TABLE tickets (id bigint PRIMARY KEY);")
                .write("003-title.sql", "ALTER TABLE tickets ADD COLUMN title varchar(255);")
                .write("004-loud.sql", "-- migrator: depends=" + NAME + "\nUPDATE tickets SET title = title || '!';")
                .write("005-after-it.sql", "-- migrator: depends=004-loud\nUPDATE tickets SET title = title || '?';");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        HibernateJpaAutoConfiguration.class,
                        MigratorAutoConfiguration.class))
                .withUserConfiguration(Entities.class)
                .withPropertyValues(
                        "migrator.locations=" + folder.location(),
                        "migrator.out-of-order=fail",
                        "spring.jpa.hibernate.ddl-auto=validate",
                        "spring.datasource.url=" + database.jdbcUrl());
    }

    record FirstTicket(EntityManagerFactory entities) implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of(NAME);
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            entities.runInTransaction(manager -> manager.persist(new Ticket(1, "first")));
            return MigrationResult.success(1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Entities {}

    @Configuration(proxyBeanMethods = false)
    static class WhenPending {

        @Lazy
        @Bean(NAME)
        FirstTicket firstTicket(EntityManagerFactory entities) {
            return new FirstTicket(entities);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AtOnce {

        @Bean(NAME)
        FirstTicket firstTicket(EntityManagerFactory entities) {
            return new FirstTicket(entities);
        }
    }

    /** Needs a bean that needs a bean that does not exist: no later moment would help. */
    @Configuration(proxyBeanMethods = false)
    static class NeverThere {

        @Lazy
        @Bean(NAME)
        FirstTicket firstTicket(StringBuilder nobody) {
            throw new AssertionError(nobody);
        }
    }

    private static List<Object> order(TestDatabase database) {
        return database
                .query("SELECT migration_name FROM schema_migrations WHERE status = 'success' ORDER BY id")
                .stream()
                .map(row -> row.get("migration_name"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(classes = {WhenPending.class, AtOnce.class})
    void itRunsOnTheFinishedSchemaAndThoseThatDependOnItAfterwards(
            Class<?> configuration, TestDatabase database, CapturedOutput output) {
        runner.withUserConfiguration(configuration).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(MigrationActivity.class).snapshot().phase())
                    .isEqualTo(ActivitySnapshot.Phase.COMPLETED);
        });

        assertThat(order(database)).containsExactly("001-tickets", "003-title", NAME, "004-loud", "005-after-it");
        assertThat(database.value("SELECT title FROM tickets", String.class)).isEqualTo("first!?");
        assertThat(output)
                .contains(
                        NAME
                                + ": It needs beans that are created when the schema is complete, so it is left to the run",
                        "004-loud: It is left to the run after this one, because it depends on " + NAME,
                        "005-after-it: It is left to the run after this one, because it depends on 004-loud",
                        "2 of 5 migrations applied now; the service is not ready before these have run too: " + NAME
                                + ", 004-loud, 005-after-it")
                .doesNotContain("comes after it, is applied");

        runner.withUserConfiguration(configuration)
                .run(context -> assertThat(context.getBean(MigrationActivity.class)
                                .snapshot()
                                .phase())
                        .isEqualTo(ActivitySnapshot.Phase.COMPLETED));
        assertThat(database.value("SELECT title FROM tickets", String.class)).isEqualTo("first!?");
    }

    /** What they create is not there before, and nothing to stop the start for. */
    @Test
    void theExpectedSchemaIsComparedWhenTheyHaveRun(@TempDir Path expected, TestDatabase database) {
        folder.write("006-made.sql", "-- migrator: depends=" + NAME + "\nCREATE TABLE made ();");
        String files = new MigrationFolder(expected)
                .write("made.sql", "CREATE TABLE made ();")
                .location();
        runner.withUserConfiguration(WhenPending.class)
                .withPropertyValues(
                        "migrator.expected-schema.mode=report", "migrator.expected-schema.locations=" + files)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(database.exists("made")).isTrue();
    }

    @Test
    void untilThenTheServiceIsNotReady(TestDatabase database) {
        StartedByTheTest.in(runner).withUserConfiguration(WhenPending.class).run(context -> {
            assertThat(context).hasNotFailed();
            ActivitySnapshot now = context.getBean(MigrationActivity.class).snapshot();
            assertThat(now.phase()).isEqualTo(ActivitySnapshot.Phase.PENDING);
            assertThat(now.planned()).containsExactly("001-tickets", "003-title", NAME, "004-loud", "005-after-it");
            assertThat(now.pending()).isEqualTo(3);
            assertThat(order(database)).containsExactly("001-tickets", "003-title");

            StartedByTheTest.start(context);

            assertThat(context.getBean(MigrationActivity.class).snapshot().phase())
                    .isEqualTo(ActivitySnapshot.Phase.COMPLETED);
            assertThat(order(database)).endsWith("005-after-it");
        });
    }

    @Test
    void whatCanNeverBeCreatedStillStopsTheStart(TestDatabase database) {
        runner.withUserConfiguration(NeverThere.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining(NAME)
                        .hasStackTraceContaining("Mend what it needs to be created"));
        assertThat(database.exists("tickets")).isFalse();
    }
}
