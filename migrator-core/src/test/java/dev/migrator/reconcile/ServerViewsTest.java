package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second witness beside our own reading of the catalog: the views that the server itself has. They are on every server,
 * unlike a pg_dump that is new enough.
 */
@PostgresTest
class ServerViewsTest {

    private static final List<String> VIEWS = List.of(
            "information_schema.attributes",
            "information_schema.check_constraints",
            "information_schema.columns",
            "information_schema.column_options",
            "information_schema.constraint_column_usage",
            "information_schema.domain_constraints",
            "information_schema.domains",
            "information_schema.element_types",
            "information_schema.key_column_usage",
            "information_schema.parameters",
            "information_schema.referential_constraints",
            "information_schema.routines",
            "information_schema.sequences",
            "information_schema.table_constraints",
            "information_schema.tables",
            "information_schema.triggers",
            "information_schema.user_defined_types",
            "information_schema.view_column_usage",
            "information_schema.views",
            "pg_indexes",
            "pg_matviews",
            "pg_policies",
            "pg_rules");

    /** Numbers of objects and the database's name are of no account, and NOT NULL, which has a name on 18 only, is told of columns. */
    private static final String ROWS = """
            SELECT regexp_replace(replace(r::text, current_database(), 'DB'), '_\\d+(?=")', '', 'g') AS row
              FROM (SELECT to_jsonb(v) AS r FROM %s v) rows
             WHERE r::text ~ '"[a-z_]*schema(name)?": "(public|Main.Office)"'
               AND r::text !~ 'schema_migrations|_not_null"'
             ORDER BY 1""";

    private Expectation service;
    private TestDatabase database;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        this.database = database;
        service = new Expectation(database, path);
    }

    private static List<String> said(TestDatabase by) {
        List<String> rows = new ArrayList<>();
        for (String view : VIEWS) {
            by.query(ROWS.replace("%s", view)).forEach(row -> rows.add(view + " " + row));
        }
        return rows;
    }

    private void assertSameAs(String expected) {
        service.files.write("all.sql", expected);
        service.reconcile().orThrow();
        try (TestDatabase twin = TestDatabase.create()) {
            twin.execute(expected);
            assertThat(said(database)).hasSizeGreaterThan(30).isEqualTo(said(twin));
        }
    }

    @Test
    void whatWasAddedIsAsInADatabaseMadeFromTheFiles() {
        database.execute(PgDumpTest.LACKING);
        assertSameAs(PgDumpTest.EXPECTED);
    }

    @Test
    void aWholeSchemaIsAsInADatabaseMadeFromTheFiles() throws IOException {
        try (var in = SchemaReading.class.getResourceAsStream("tangled.sql")) {
            assertSameAs(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
