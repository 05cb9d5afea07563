package dev.migrator.sample;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The sample with nothing to install: {@code spring-boot:test-run} starts it on a PostgreSQL of its own, empty each time,
 * or on the one that {@code DATABASE_URL} names.
 */
class EmbeddedSample {

    public static void main(String[] arguments) {
        SpringApplication.Augmented application = SpringApplication.from(SampleApplication::main);
        if (System.getenv("DATABASE_URL") == null) {
            application = application.with(Embedded.class);
        }
        application.run(arguments);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Embedded {

        @Bean(destroyMethod = "close")
        EmbeddedPostgres postgres() throws IOException {
            return EmbeddedPostgres.builder()
                    .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        @Bean
        JdbcConnectionDetails postgresConnectionDetails(EmbeddedPostgres postgres) {
            return new JdbcConnectionDetails() {

                @Override
                public String getUsername() {
                    return "postgres";
                }

                @Override
                public String getPassword() {
                    return "postgres";
                }

                @Override
                public String getJdbcUrl() {
                    return postgres.getJdbcUrl("postgres", "postgres");
                }
            };
        }
    }
}
