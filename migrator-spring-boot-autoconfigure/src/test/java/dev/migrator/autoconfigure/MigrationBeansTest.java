package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;

/** Migrations in Java are ordinary beans. */
@PostgresTest
class MigrationBeansTest {

    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder =
                new MigrationFolder(path).write("001-t.sql", "CREATE TABLE t (word text); INSERT INTO t VALUES ('a');");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        MigratorAutoConfiguration.class))
                .withPropertyValues(
                        "migrator.locations=" + folder.location(), "spring.datasource.url=" + database.jdbcUrl());
    }

    record Shout(UnaryOperator<String> voice) implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("20250121-shout");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            String loud = voice.apply(
                    context.jdbc().sql("SELECT word FROM t").query(String.class).single());
            return MigrationResult.success(
                    context.jdbc().sql("UPDATE t SET word = ?").param(loud).update());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithCollaborator {

        @Bean
        UnaryOperator<String> voice() {
            return word -> word + "!";
        }

        @Bean
        Shout shout(UnaryOperator<String> voice) {
            return new Shout(voice);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsTheDatabase {

        @Lazy
        @Bean("20250121-shout")
        Shout shout(JdbcTemplate jdbc) {
            String suffix = jdbc.queryForObject("SELECT '?' FROM t", String.class);
            return new Shout(word -> word + suffix);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsTheDatabaseWithoutAName {

        @Bean
        Shout shout(JdbcTemplate jdbc) {
            return new Shout(word -> word + jdbc);
        }
    }

    @Test
    void anyBeanCanBeInjectedAndItRunsInTheOneOrder(TestDatabase database) {
        runner.withUserConfiguration(WithCollaborator.class).run(context -> {
            assertThat(database.value("SELECT word FROM t", String.class)).isEqualTo("a!");
        });
    }

    @Test
    void inEarlyModeItWorksToo(TestDatabase database) {
        runner.withPropertyValues("migrator.startup.mode=early")
                .withUserConfiguration(WithCollaborator.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(database.value("SELECT word FROM t", String.class))
                            .isEqualTo("a!");
                });
    }

    @Test
    void inEarlyModeOneThatNeedsTheDatabaseRunsWhenAllBeansAreThere(TestDatabase database) {
        runner.withPropertyValues("migrator.startup.mode=early")
                .withUserConfiguration(NeedsTheDatabase.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(database.value("SELECT word FROM t", String.class))
                            .isEqualTo("a?");
                });
    }

    @Test
    void inEarlyModeOneThatNeedsTheDatabaseAndHasNoNameIsToldWhatToDo() {
        runner.withPropertyValues("migrator.startup.mode=early")
                .withUserConfiguration(NeedsTheDatabaseWithoutAName.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("give the bean the migration's name")
                        .hasStackTraceContaining("set migrator.startup.mode=runner"));
    }
}
