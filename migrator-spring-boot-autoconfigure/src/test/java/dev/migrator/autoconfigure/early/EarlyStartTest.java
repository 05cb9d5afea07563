package dev.migrator.autoconfigure.early;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.StartedByTheTest;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The libraries whose beans read the schema while they are created, as a service has them. */
@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class EarlyStartTest {

    private MigrationFolder folder;
    private String[] settings;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        settings =
                new String[] {"migrator.locations=" + folder.location(), "spring.datasource.url=" + database.jdbcUrl()};
    }

    private ApplicationContextRunner with(Class<?>... libraries) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        MigratorAutoConfiguration.class))
                .withConfiguration(AutoConfigurations.of(libraries))
                .withPropertyValues(settings);
    }

    private static String early(String bean) {
        return "Migrating before the beans that need the schema: " + bean + " (migrator.startup.mode=runner";
    }

    private static String script(String resource) throws IOException {
        return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
    }

    @Test
    void jpaFindsTheTablesThatItValidates(CapturedOutput output) {
        folder.write("001-tickets.sql", "CREATE TABLE tickets (id bigint PRIMARY KEY, title varchar(255));");
        with(HibernateJpaAutoConfiguration.class)
                .withUserConfiguration(Entities.class)
                .withPropertyValues("spring.jpa.hibernate.ddl-auto=validate")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    EntityManagerFactory factory = context.getBean(EntityManagerFactory.class);
                    String title = factory.callInTransaction(manager -> {
                        manager.persist(new Ticket(1, "first"));
                        return manager.find(Ticket.class, 1L).title();
                    });
                    assertThat(title).isEqualTo("first");
                });
        assertThat(output).contains(early("entityManagerFactory"));
    }

    @Test
    void jpaThatLacksAColumnStillFailsByItself() {
        folder.write("001-tickets.sql", "CREATE TABLE tickets (id bigint PRIMARY KEY);");
        with(HibernateJpaAutoConfiguration.class)
                .withUserConfiguration(Entities.class)
                .withPropertyValues("spring.jpa.hibernate.ddl-auto=validate")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("missing column [title] in table [tickets]"));
    }

    @Test
    void jpaThatTouchesNoTablesAtFirstWaitsForTheRunner(TestDatabase database) {
        folder.write("001-tickets.sql", "CREATE TABLE tickets (id bigint PRIMARY KEY, title varchar(255));");
        StartedByTheTest.in(with(HibernateJpaAutoConfiguration.class))
                .withUserConfiguration(Entities.class)
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(EntityManagerFactory.class);
                    assertThat(database.exists("schema_migrations")).isFalse();
                });
    }

    @Test
    void jpaThatGeneratesDdlComesAfterTheMigrations(CapturedOutput output, TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE first (id int);");
        with(HibernateJpaAutoConfiguration.class)
                .withUserConfiguration(Entities.class)
                .withPropertyValues("spring.jpa.generate-ddl=true")
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).contains(early("entityManagerFactory"));
        assertThat(database.exists("first") && database.exists("tickets")).isTrue();
    }

    @Test
    void quartzFindsItsTables(CapturedOutput output) throws IOException {
        folder.write(
                "001-quartz.sql",
                script("org/quartz/impl/jdbcjobstore/tables_postgres.sql").replace("COMMIT;", ""));
        with(QuartzAutoConfiguration.class)
                .withPropertyValues(
                        "spring.quartz.job-store-type=jdbc",
                        "spring.quartz.jdbc.initialize-schema=never",
                        "spring.quartz.properties.org.quartz.jobStore.driverDelegateClass="
                                + "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Scheduler.class).isStarted()).isTrue();
                });
        assertThat(output).contains(early("quartzScheduler"));
    }

    @Test
    void quartzInMemoryWaitsForTheRunner(TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE first (id int);");
        StartedByTheTest.in(with(QuartzAutoConfiguration.class)).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Scheduler.class);
            assertThat(database.exists("first")).isFalse();
        });
    }

    @Test
    void sessionsFindTheirTables(CapturedOutput output) throws IOException {
        folder.write("001-session.sql", script("org/springframework/session/jdbc/schema-postgresql.sql"));
        with().withUserConfiguration(Sessions.class).run(context -> {
            assertThat(context).hasNotFailed();
            saveAndFind(context.getBean(JdbcIndexedSessionRepository.class));
        });
        assertThat(output).contains(early("sessions"));
    }

    private static <S extends Session> void saveAndFind(SessionRepository<S> sessions) {
        S session = sessions.createSession();
        sessions.save(session);
        assertThat(sessions.findById(session.getId())).isNotNull();
    }

    @Test
    void batchFindsItsTables(CapturedOutput output) throws IOException {
        folder.write("001-batch.sql", script("org/springframework/batch/core/schema-postgresql.sql"));
        with(BatchJdbcAutoConfiguration.class)
                .withPropertyValues("spring.batch.jdbc.initialize-schema=never")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(JobRepository.class).getJobNames())
                            .isEmpty();
                });
        assertThat(output).contains(early("jobRepository"));
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Entities {}

    /** As {@code @EnableJdbcHttpSession} makes it, and asks for its table when it is created. */
    @Configuration(proxyBeanMethods = false)
    static class Sessions {

        @Bean
        JdbcIndexedSessionRepository sessions(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
            jdbc.queryForObject("SELECT count(*) FROM spring_session", Long.class);
            return new JdbcIndexedSessionRepository(jdbc, new TransactionTemplate(transactions));
        }
    }
}
