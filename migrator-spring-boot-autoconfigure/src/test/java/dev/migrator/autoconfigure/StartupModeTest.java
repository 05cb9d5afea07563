package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class StartupModeTest {

    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
        runner = StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        JdbcClientAutoConfiguration.class,
                        MigratorAutoConfiguration.class))
                .withPropertyValues(
                        "migrator.locations=" + folder.location(), "spring.datasource.url=" + database.jdbcUrl());
    }

    @Test
    void beansThatOnlyQueryLaterDoNotHurryTheMigrations(TestDatabase database) {
        runner.run(context -> {
            assertThat(context).hasSingleBean(JdbcTemplate.class);
            assertThat(context.getBean(StartupModeChoice.class).chosen()).isEqualTo(StartupMode.RUNNER);
            assertThat(database.exists("first")).isFalse();
        });
    }

    @Test
    void aBeanThatNeedsTheSchemaMakesItEarlyAndTheLogSaysSo(CapturedOutput output) {
        runner.withUserConfiguration(NeedsSchema.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean("rows")).isEqualTo(0);
        });
        assertThat(output)
                .contains("Migrating before the beans that need the schema: rows (migrator.startup.mode=runner");
    }

    @Test
    void earlyIsEarlyForWhoeverUsesTheDatabase() {
        runner.withPropertyValues("migrator.startup.mode=early")
                .withUserConfiguration(QueriesWhenCreated.class)
                .run(context -> assertThat(context.getBean("rows")).isEqualTo(0));
    }

    @Test
    void aFailedMigrationStopsTheContextInEarlyMode() {
        runner.withPropertyValues("migrator.startup.mode=early", "migrator.schema=missing")
                .run(context -> assertThat(context).hasFailed());
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
    static class QueriesWhenCreated {

        @Bean
        Integer rows(JdbcTemplate jdbc) {
            return jdbc.queryForObject("SELECT count(*) FROM first", Integer.class);
        }
    }
}
