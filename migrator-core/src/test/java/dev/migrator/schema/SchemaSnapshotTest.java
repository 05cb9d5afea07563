package dev.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@PostgresTest
class SchemaSnapshotTest {

    static String resource(String name) throws IOException {
        try (var in = SchemaSnapshotTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same file on every server: a text that a version reports in its own way would differ. */
    @Test
    void theTextOfEveryKindIsTheSameOnEveryServer(TestDatabase database) throws IOException {
        database.execute(resource("every-kind.sql"));

        SchemaSnapshot snapshot = SchemaReading.read(database, "public", "billing");

        assertThat(snapshot.text()).isEqualTo(resource("every-kind.snapshot"));
    }
}
