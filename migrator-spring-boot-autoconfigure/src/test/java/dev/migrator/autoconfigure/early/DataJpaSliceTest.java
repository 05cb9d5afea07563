package dev.migrator.autoconfigure.early;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A slice with JPA has the tables that it validates. */
@DataJpaTest(properties = "spring.jpa.hibernate.ddl-auto=validate")
@AutoConfigureTestDatabase(replace = Replace.NONE)
@DirtiesContext
class DataJpaSliceTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    @TempDir
    static Path path;

    @DynamicPropertySource
    static void service(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", DATABASE::jdbcUrl);
        properties.add(
                "migrator.locations",
                () -> new MigrationFolder(path)
                        .write("001-tickets.sql", "CREATE TABLE tickets (id bigint PRIMARY KEY, title varchar(255));")
                        .location());
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    void theSliceIsMigrated(@Autowired TestEntityManager manager) {
        manager.persistAndFlush(new Ticket(1, "first"));
        manager.clear();

        assertThat(manager.find(Ticket.class, 1L).title()).isEqualTo("first");
        assertThat(DATABASE.exists("schema_migrations")).isTrue();
    }

    @SpringBootConfiguration
    @AutoConfigurationPackage
    static class Service {}
}
