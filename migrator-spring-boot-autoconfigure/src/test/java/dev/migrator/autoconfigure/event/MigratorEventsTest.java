package dev.migrator.autoconfigure.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

@PostgresTest
class MigratorEventsTest {

    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-second.sql", "CREATE TABLE second (id int);");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        MigratorAutoConfiguration.class,
                        MigratorEventsAutoConfiguration.class))
                .withUserConfiguration(Hearing.class)
                .withPropertyValues(
                        "migrator.locations=" + folder.location(), "spring.datasource.url=" + database.jdbcUrl());
    }

    @Test
    void methodsAndBeansHearOfEachStepAndNoneCanHurtTheRun(TestDatabase database) {
        runner.run(context -> {
            Hearing hearing = context.getBean(Hearing.class);
            assertThat(context).hasNotFailed();
            assertThat(database.exists("second")).isTrue();
            assertThat(hearing.byMethod).containsExactly("001-first", "002-second");
            assertThat(hearing.byBean).containsExactly("001-first", "002-second");
            assertThat(hearing.all)
                    .containsExactly(
                            "RunStarted",
                            "MigrationStarted",
                            "MigrationStarted",
                            "MigrationCompleted",
                            "MigrationCompleted",
                            "RunCompleted");
        });
    }

    /** Spring finds such methods when all beans are there, which is after an early run. */
    @Test
    void inEarlyModeListenersHearAndAnnotatedMethodsDoNotYet() {
        runner.withPropertyValues("migrator.startup.mode=early").run(context -> {
            Hearing hearing = context.getBean(Hearing.class);
            assertThat(hearing.byBean).containsExactly("001-first", "002-second");
            assertThat(hearing.all).startsWith("RunStarted").endsWith("RunCompleted");
            assertThat(hearing.byMethod).isEmpty();
        });
    }

    @Test
    void theRunAndItsMigrationsAreStepsOfTheStart() {
        BufferingApplicationStartup startup = new BufferingApplicationStartup(2048);
        runner.withInitializer(context -> context.setApplicationStartup(startup))
                .run(context -> {
                    List<TimelineEvent> steps = startup.getBufferedTimeline().getEvents().stream()
                            .filter(event -> event.getStartupStep().getName().startsWith("migrator."))
                            .toList();
                    assertThat(steps)
                            .extracting(event -> event.getStartupStep().getName())
                            .containsExactly("migrator.migration", "migrator.migration", "migrator.run");
                    long run = steps.get(2).getStartupStep().getId();
                    assertThat(steps.subList(0, 2)).allSatisfy(step -> {
                        assertThat(step.getStartupStep().getParentId()).isEqualTo(run);
                        assertThat(step.getStartupStep().getTags())
                                .extracting(tag -> tag.getKey())
                                .containsExactly("migration", "outcome", "durationMs");
                    });
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Hearing {

        private final List<String> byMethod = new CopyOnWriteArrayList<>();
        private final List<String> byBean = new CopyOnWriteArrayList<>();
        private final List<String> all = new CopyOnWriteArrayList<>();

        @EventListener
        void on(MigrationEvent.MigrationCompleted event) {
            byMethod.add(event.migration().value());
            throw new IllegalStateException("a broken listener");
        }

        @Bean
        static MigrationListener bean(org.springframework.beans.factory.ObjectProvider<Hearing> hearing) {
            return event -> {
                if (event instanceof MigrationEvent.MigrationCompleted completed) {
                    hearing.getObject().byBean.add(completed.migration().value());
                    throw new IllegalStateException("a broken listener");
                }
            };
        }

        @Bean
        static ApplicationListener<PayloadApplicationEvent<?>> listener(
                org.springframework.beans.factory.ObjectProvider<Hearing> hearing) {
            return new ApplicationListener<>() {
                @Override
                public void onApplicationEvent(PayloadApplicationEvent<?> event) {
                    if (event.getPayload() instanceof MigrationEvent told) {
                        hearing.getObject().all.add(told.getClass().getSimpleName());
                    }
                }
            };
        }
    }
}
