package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code drift}, {@code reconcile}, {@code diff}. */
@PostgresTest
class SchemaVerbTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) throws IOException {
        this.database = database;
        folder = new MigrationFolder(Files.createDirectories(path.resolve("migration")))
                .write("001-first.sql", "CREATE TABLE first (id int);");
        new MigrationFolder(Files.createDirectories(Answer.expected(folder)))
                .write("first.sql", "CREATE TABLE first (id int, note text);");
    }

    private Answer run(String... arguments) {
        return Answer.of(database, folder, arguments);
    }

    private static JsonNode json(Answer answer) {
        assertThat(answer.out().lines()).hasSize(1);
        return JSON.readTree(answer.out());
    }

    @Test
    void driftExitsWithOneUntilItIsAccepted() {
        assertThat(run("drift").exitCode()).isEqualTo(1);
        run("migrate");
        assertThat(run("drift").exitCode()).isZero();
        assertThat(run("drift").out()).startsWith("No drift since ");

        database.execute("ALTER TABLE first ADD hot text");
        Answer drifted = run("drift");
        assertThat(drifted.exitCode()).isEqualTo(1);
        assertThat(drifted.out()).contains(": 1 object (+ was added").contains("+ column public.first.hot");
        JsonNode document = json(run("drift", "--json"));
        assertThat(document.get("state").stringValue()).isEqualTo("DRIFTED");
        assertThat(document.get("differences").toString())
                .isEqualTo("[{\"change\":\"ADDED\",\"object\":\"column public.first.hot\","
                        + "\"definition\":\"ALTER TABLE public.first ADD COLUMN hot text;\"}]");

        assertThat(run("drift", "--accept", "--reason", "hot fix").exitCode()).isZero();
        assertThat(run("drift").exitCode()).isZero();
        assertThat(run("log").out())
                .contains("accept-drift")
                .contains("an operator as")
                .contains("hot fix");
    }

    @Test
    void acceptingAsksWhereWritesAreConfirmed() {
        run("migrate");
        database.execute("ALTER TABLE first ADD hot text");

        Answer refused = Answer.asked("no", true, database, folder, "drift", "--accept");

        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(run("drift").exitCode()).isEqualTo(1);
    }

    @Test
    void reconcileAddsWhatIsMissingAndADryRunOnlyTells() {
        run("migrate");
        Answer dry = run("reconcile", "--dry-run");
        assertThat(dry.exitCode()).isEqualTo(1);
        assertThat(dry.out()).contains("column public.first.note: It is missing.");
        assertThat(json(run("reconcile", "--dry-run", "--json"))
                        .get("migration")
                        .stringValue())
                .isEqualTo("ALTER TABLE public.first ADD COLUMN note text;");

        JsonNode done = json(run("reconcile", "--json"));
        assertThat(done.get("complete").booleanValue()).isTrue();
        assertThat(done.get("added").get(0).get("object").stringValue()).isEqualTo("column public.first.note");
        Answer again = run("reconcile");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).isEqualTo("Database schema is up to date\n");
        assertThat(run("log").out()).contains("reconcile").contains("an operator as");
    }

    @Test
    void aReportLeavesThePersonTheFilesOfTheirMigrations() throws IOException {
        run("migrate");
        database.execute("INSERT INTO first VALUES (1)");
        new MigrationFolder(Answer.expected(folder)).write("first.sql", """
                CREATE TABLE first (id int UNIQUE, note text, name text NOT NULL);""");

        Answer created = run("create", "--from-report", "--numbered", "--json");

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(json(created).get("files")).hasSize(3);
        assertThat(Files.readString(folder.path().resolve("002-expected-schema-1.sql")))
                .isEqualTo("""
                        -- column public.first.name is missing. It is NOT NULL without a default, and the rows that are \
                        there have no value for it.
                        ALTER TABLE public.first ADD COLUMN name text;
                        -- then fill it, in batches: UPDATE public.first SET name = … WHERE name IS NULL
                        """);
        assertThat(Files.readString(folder.path().resolve("003-expected-schema-2.sql")))
                .startsWith("-- migrator: no-transaction\n-- constraint public.first.first_id_key is missing.")
                .contains("CREATE UNIQUE INDEX CONCURRENTLY first_id_key");
        assertThat(run("migrate").exitCode()).as("a row has no name yet").isEqualTo(1);
        folder.write("003-fill.sql", "UPDATE first SET name = 'x';");
        assertThat(run("migrate").exitCode()).isZero();
        assertThat(run("reconcile").exitCode()).isZero();
        assertThat(run("create", "--from-report").out())
                .isEqualTo("Nothing is left to a person: there is no migration to write.\n");
    }

    @Test
    void aReportIsNeitherCodeNorTakenBack() {
        assertThat(run("create", "--from-report", "--data").exitCode()).isEqualTo(2);
        assertThat(run("create").exitCode()).isEqualTo(2);
    }

    @Test
    void diffShowsTheWayFromOneSideToTheOther() {
        run("migrate");
        assertThat(run("diff", "--from", "live", "--to", "stored").out()).isEqualTo("Nothing differs.\n");
        assertThat(run("diff", "--from", "live", "--to", "expected").out()).startsWith("+ column public.first.note\n");
        assertThat(run("diff", "--from", "live", "--to", "expected", "--sql").out())
                .isEqualTo("ALTER TABLE public.first ADD COLUMN note text;\n");
        assertThat(json(run("diff", "--from", "expected", "--to", "live", "--json"))
                        .get("differences")
                        .get(0)
                        .get("change")
                        .stringValue())
                .isEqualTo("REMOVED");
        assertThat(run("diff", "--from", "nowhere", "--to", "live").exitCode()).isEqualTo(2);
    }
}
