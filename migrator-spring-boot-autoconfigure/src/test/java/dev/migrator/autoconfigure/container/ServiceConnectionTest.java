package dev.migrator.autoconfigure.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorConnectionDetails;
import dev.migrator.autoconfigure.StartedByTheTest;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Everything but Docker: the container is never started, and tells the address of the tests' own server. No run against a
 * real container has proved it.
 */
@PostgresTest
class ServiceConnectionTest {

    private static ApplicationContextRunner with(Class<?> containers, TestDatabase database, Path path) {
        return StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(AutoConfigurations.of(
                        ServiceConnectionAutoConfiguration.class, MigratorAutoConfiguration.class))
                .withUserConfiguration(containers)
                .withPropertyValues(
                        "test.url=" + database.url(),
                        "migrator.url=jdbc:postgresql://production.invalid/loyalty",
                        "migrator.locations="
                                + new MigrationFolder(path)
                                        .write("001-first.sql", "CREATE TABLE first (id int);")
                                        .location());
    }

    @Test
    void theContainersDatabaseIsMigratedWhateverTheUrlSays(TestDatabase database, @TempDir Path path) {
        ApplicationContextRunner service = with(Containers.class, database, path)
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class));
        service.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(MigratorConnectionDetails.class);
            StartedByTheTest.start(context);
        });
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void aContainerOfAnotherDatabaseIsNotOurs(TestDatabase database, @TempDir Path path) {
        with(OtherContainers.class, database, path)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(JdbcConnectionDetails.class)
                        .doesNotHaveBean(MigratorConnectionDetails.class));
    }

    @Test
    void whatAComposeFileBringsIsMigrated() {
        ConnectionDetailsFactories factories = new ConnectionDetailsFactories(null);

        MigratorConnectionDetails details = (MigratorConnectionDetails) factories
                .getConnectionDetails(new Found("jdbc:postgresql://127.0.0.1:5432/loyalty"), false)
                .get(MigratorConnectionDetails.class);

        assertThat(details.getJdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:5432/loyalty");
        assertThat(details.getUsername()).isEqualTo("loyalty");
        assertThat(details.getPassword()).isEqualTo("S3cret");
        assertThat(details.toString()).doesNotContain("S3cret");
        assertThat(factories.getConnectionDetails(new Found("jdbc:mysql://127.0.0.1:3306/loyalty"), false))
                .doesNotContainKey(MigratorConnectionDetails.class);
    }

    private record Found(String url) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return "loyalty";
        }

        @Override
        public String getPassword() {
            return "S3cret";
        }

        @Override
        public String getJdbcUrl() {
            return url;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Containers {

        @Bean(initMethod = "", destroyMethod = "")
        @ServiceConnection
        NeverStarted postgres(Environment environment) {
            return new NeverStarted(environment.getRequiredProperty("test.url"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherContainers {

        @Bean(initMethod = "", destroyMethod = "")
        @ServiceConnection("mysql")
        OtherDatabase other() {
            return new OtherDatabase();
        }
    }

    static final class NeverStarted extends PostgreSQLContainer {

        private final String url;

        NeverStarted(String url) {
            super("postgres:18");
            this.url = url;
        }

        /** There is no Docker. */
        @Override
        public void start() {}

        @Override
        public String getJdbcUrl() {
            return url;
        }

        @Override
        public String getUsername() {
            return "postgres";
        }

        @Override
        public String getPassword() {
            return "postgres";
        }
    }

    static final class OtherDatabase extends JdbcDatabaseContainer<OtherDatabase> {

        OtherDatabase() {
            super(DockerImageName.parse("mysql:9"));
        }

        @Override
        public void start() {}

        @Override
        public String getDriverClassName() {
            return "com.mysql.cj.jdbc.Driver";
        }

        @Override
        public String getJdbcUrl() {
            return "jdbc:mysql://127.0.0.1:3306/loyalty";
        }

        @Override
        public String getUsername() {
            return "loyalty";
        }

        @Override
        public String getPassword() {
            return "S3cret";
        }

        @Override
        protected String getTestQueryString() {
            return "SELECT 1";
        }
    }
}
