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
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A slice with JDBC alone, in which the runner migrates before the first test. */
@JdbcTest
@AutoConfigureTestDatabase(replace = Replace.NONE)
@DirtiesContext
class JdbcSliceTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    @TempDir
    static Path path;

    @DynamicPropertySource
    static void service(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", DATABASE::jdbcUrl);
        properties.add(
                "migrator.locations",
                () -> new MigrationFolder(path)
                        .write("001-first.sql", "CREATE TABLE first AS SELECT 42 AS answer;")
                        .location());
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    void theSliceIsMigrated(@Autowired JdbcClient jdbc) {
        assertThat(jdbc.sql("SELECT answer FROM first").query(Integer.class).single())
                .isEqualTo(42);
    }

    @SpringBootConfiguration
    static class Service {}
}
