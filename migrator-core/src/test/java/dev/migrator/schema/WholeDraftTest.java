package dev.migrator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The draft of a whole schema runs as it stands: hostile names, and objects that need each other against their names' order. */
@PostgresTest
class WholeDraftTest {

    private SchemaSnapshot none;
    private SchemaSnapshot whole;
    private TestDatabase database;

    @BeforeEach
    void aSchema(TestDatabase database) throws IOException {
        this.database = database;
        none = read(database);
        try (TestDatabase other = database.copy()) {
            other.execute(SchemaSnapshotTest.resource("tangled.sql"));
            whole = read(other);
        }
    }

    private static SchemaSnapshot read(TestDatabase database) {
        return SchemaReading.read(database, "public", "Main.Office");
    }

    @Test
    void fromNothingToAllAndBack() {
        database.execute(SchemaDiff.between(none, whole).sql());
        assertThat(read(database).text()).isEqualTo(whole.text());

        database.execute(SchemaDiff.between(whole, none).sql());
        assertThat(read(database).text()).isEqualTo(none.text());
    }

    /** A stored schema does not know in which order its objects were made. */
    @Test
    void fromNothingToAStoredSchemaAndBack() {
        SchemaSnapshot stored = SchemaSnapshot.parse(whole.text());
        database.execute(SchemaDiff.between(none, stored).sql());
        assertThat(read(database).text()).isEqualTo(whole.text());

        database.execute(SchemaDiff.between(stored, none).sql());
        assertThat(read(database).text()).isEqualTo(none.text());
    }

    /** Each with what needs it: views on views, with their indexes, triggers and comments. */
    @Test
    void whatIsAnotherThing() throws IOException {
        database.execute(SchemaDiff.between(none, whole).sql());
        try (TestDatabase changed = database.copy()) {
            changed.execute(SchemaSnapshotTest.resource("tangled-changes.sql"));
            SchemaSnapshot other = read(changed);

            database.execute(SchemaDiff.between(whole, other).sql());

            assertThat(SchemaDiff.between(whole, other).sql()).doesNotContain("write what leads there");
            assertThat(read(database).text()).isEqualTo(other.text());
            database.execute(SchemaDiff.between(SchemaSnapshot.parse(other.text()), whole).sql());
            assertThat(read(database).text()).isEqualTo(whole.text());
        }
    }
}
