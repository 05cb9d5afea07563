package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.migrator.Migrator;
import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The words of the server's own tool. It dumps no server that is newer than itself, and the unpacked servers come without
 * it: this runs where one is installed that is new enough (profiles pg14 and pg15 with Debian's client).
 */
@PostgresTest
class PgDumpTest {

    static final String EXPECTED = """
            CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE staff (
                id bigint PRIMARY KEY,
                tenant_id bigint REFERENCES tenants (id) ON DELETE CASCADE,
                first_name text COLLATE "C",
                mood mood DEFAULT 'ok',
                at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT named CHECK (first_name <> '')
            );
            CREATE INDEX staff_tenant ON staff (tenant_id) WHERE mood = 'ok';
            CREATE TABLE badges (id int GENERATED ALWAYS AS IDENTITY, staff bigint REFERENCES staff, UNIQUE (staff));
            CREATE TRIGGER stamp BEFORE INSERT ON badges FOR EACH ROW EXECUTE FUNCTION stamp();
            CREATE VIEW happy AS SELECT s.id FROM staff s JOIN tenants t ON t.id = s.tenant_id;
            COMMENT ON COLUMN staff.first_name IS 'given';
            COMMENT ON TABLE badges IS 'plates';
            """;

    static final String LACKING = """
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE staff (id bigint PRIMARY KEY, tenant_id bigint);
            INSERT INTO staff VALUES (1, NULL);
            """;

    private TestDatabase database;

    @BeforeEach
    void newEnough(TestDatabase database) throws Exception {
        this.database = database;
        assumeTrue(dumpVersion() >= database.server().majorVersion(), "no pg_dump that can read this server");
    }

    private static int dumpVersion() throws InterruptedException {
        try {
            Matcher version = Pattern.compile(" (\\d+)").matcher(run(List.of("pg_dump", "--version"), ""));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0; // not installed
        }
    }

    private static String run(List<String> command, String password) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String dump(TestDatabase of) throws Exception {
        List<String> command = new ArrayList<>(List.of("pg_dump", "--schema-only", "--no-owner"));
        command.addAll(
                List.of("--exclude-table=schema_migrations*", "-h", of.server().host()));
        command.addAll(List.of(
                "-p", Integer.toString(of.server().port()), "-U", of.server().user(), of.name()));
        return run(command, of.server().password()).replaceAll("(?m)^\\\\(un)?restrict .*\\R", "");
    }

    @Test
    void theDumpAfterReconcilingIsThatOfADatabaseMadeFromTheFiles(@TempDir Path path) throws Exception {
        database.execute(LACKING);
        Expectation service = new Expectation(database, path);
        service.files.write("all.sql", EXPECTED);

        service.reconcile().orThrow();

        try (TestDatabase twin = TestDatabase.create()) {
            twin.execute(EXPECTED);
            assertThat(dump(database)).isEqualTo(dump(twin));
        }
    }

    @Test
    void oneSchemaHasOneTextBeforeAndAfterDumpAndRestore(@TempDir Path path) throws Exception {
        database.execute(everyKind());
        MigrationFolder folder = new MigrationFolder(path).write("001-dump.sql", dump(database));
        try (TestDatabase restored = TestDatabase.create()) {
            restored.execute("CREATE SCHEMA tracking");
            Migrator.builder()
                    .connection(restored.jdbcUrl(), null, null)
                    .schema("tracking")
                    .locations(folder.location())
                    .build()
                    .migrate()
                    .orThrow();

            assertThat(SchemaReading.read(restored, "public", "billing").text())
                    .isEqualTo(SchemaReading.read(database, "public", "billing").text());
        }
    }

    private static String everyKind() throws IOException {
        try (var in = SchemaReading.class.getResourceAsStream("every-kind.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
