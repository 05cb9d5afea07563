package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A slice of the service has its schema too; migrations in Java are components, which a slice has to import. */
@JdbcTest
@Import({LegacyPasswords.class, AccountPasswords.class, GuardianPasswords.class, WelcomeBonus.class})
@AutoConfigureTestDatabase(replace = Replace.NONE)
@DirtiesContext
class SampleSliceTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", DATABASE::jdbcUrl);
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    void aSliceIsMigrated(@Autowired JdbcClient jdbc) {
        long applied = jdbc.sql("SELECT count(*) FROM schema_migrations WHERE status = 'success'")
                .query(Long.class)
                .single();
        assertThat(applied).isEqualTo(29);
    }
}
