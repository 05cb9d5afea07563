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

    /** What the server says of an expression is read by it in another way, once. */
    @Test
    void whatIsMadeOfItsOwnWordsIsTheSame() {
        String one = "s IN ('a', 'it''s, (b)') AND x BETWEEN 1 AND 2 AND s NOT IN ('x', 'y')";
        String two = "(x NOT BETWEEN 1 AND 2 OR (x, y) IN ((1, 2), (3, 4), (5, 6))) AND tags[1] IN (s, 'q')";
        database.execute(
                "CREATE DOMAIN short AS varchar(5) CHECK (VALUE IN ('a', 'b') AND VALUE BETWEEN 'a' AND 'c' AND true)",
                "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN ((1 = 1 AND true) AND true); END $$",
                "CREATE TABLE t (s varchar(10), x int, y int, tags varchar(5)[] DEFAULT ARRAY['a', 'b'], CHECK (" + one
                        + "), CHECK (" + two + "), made boolean GENERATED ALWAYS AS (" + one + ") STORED)",
                "CREATE INDEX i ON t (x) WHERE " + one,
                "CREATE INDEX j ON t ((" + two + "))",
                "CREATE VIEW v AS SELECT x, sum(y) FILTER (WHERE " + two + ") OVER (ORDER BY y ROWS BETWEEN 1 PRECEDING"
                        + " AND CURRENT ROW) FROM t WHERE " + one,
                "CREATE POLICY p ON t USING (" + one + ") WITH CHECK (" + two + ")",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.x BETWEEN 1 AND 2 AND NEW.y = 1)"
                        + " EXECUTE FUNCTION g()");
        SchemaSnapshot made = read(database);

        try (TestDatabase again = TestDatabase.create()) {
            again.execute(SchemaDiff.between(read(again), made).sql());

            assertThat(read(again).text()).isEqualTo(made.text()).contains("RETURN ((1 = 1 AND true) AND true)");
        }
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
            database.execute(SchemaDiff.between(SchemaSnapshot.parse(other.text()), whole)
                    .sql());
            assertThat(read(database).text()).isEqualTo(whole.text());
        }
    }
}
