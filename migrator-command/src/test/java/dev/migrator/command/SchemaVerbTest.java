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
                .isEqualTo("[{\"change\":\"ADDED\",\"object\":\"column public.first.hot\"}]");

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
