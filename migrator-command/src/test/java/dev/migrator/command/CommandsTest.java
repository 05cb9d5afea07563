package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@PostgresTest
class CommandsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-second.up.sql", "CREATE TABLE second (id int);")
                .write("002-second.down.sql", "DROP TABLE second;");
    }

    private Answer run(String... arguments) {
        return Answer.of(database, folder, arguments);
    }

    @Test
    void migrateTellsEachMigrationAndTheSum() {
        Answer answer = run("migrate");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out().replaceAll("\\d+ ms", "N ms")).isEqualTo("""
                Applied 001-first in N ms
                Applied 002-second in N ms
                Applied: 2, Failed: 0, Total: 2
                """);
        assertThat(answer.err()).isEmpty();
        assertThat(run("migrate").out()).isEqualTo("""
                Nothing is pending.
                Applied: 0, Failed: 0, Total: 2
                """);
    }

    @Test
    void migrateStopsAtItsTarget() {
        assertThat(run("migrate", "--target", "first").out()).contains("Applied: 1, Failed: 0, Total: 2");
        assertThat(database.exists("second")).isFalse();
    }

    @Test
    void aDryRunChangesNothing() {
        Answer answer = run("migrate", "--dry-run");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out()).contains("001-first (pending; 1 statement,").contains("002-second (pending;");
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void aFailureIsToldWithItsPlaceAndExitsWithOne() {
        folder.write("003-broken.sql", "SELECT nothing;");
        Answer answer = run("migrate");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out()).contains("Failed  003-broken").contains("Applied: 2, Failed: 1, Total: 3");
        assertThat(answer.err())
                .startsWith("error: ")
                .contains("003-broken.sql:1:8: ERROR: column \"nothing\" does not exist")
                .contains("  -> Mend the file and start again")
                .doesNotContain("\tat ");
        assertThat(run("status").out()).contains("003-broken  failed").contains("1 failed, 1 to be run");
        assertThat(run("status", "--check").exitCode()).isEqualTo(3);
    }

    @Test
    void withJsonThereIsOneDocumentAndNothingElse() {
        folder.write("003-broken.sql", "SELECT nothing;");
        JsonNode run = JSON.readTree(run("migrate", "--json").out());
        assertThat(run.get("applied").intValue()).isEqualTo(2);
        assertThat(run.get("results").get(2).get("problem").get("code").stringValue())
                .isEqualTo("migration-failed");
        for (String verb : new String[] {"status", "list", "pending", "validate", "locks", "log"}) {
            Answer answer = run(verb, "--json");
            assertThat(JSON.readTree(answer.out()).isObject()).as(verb).isTrue();
            assertThat(answer.out().lines()).as(verb).hasSize(1);
        }
        Answer failed = run("skip", "nonsense", "--json");
        assertThat(failed.exitCode()).isEqualTo(2);
        assertThat(JSON.readTree(failed.out())
                        .get("problems")
                        .get(0)
                        .get("code")
                        .stringValue())
                .isEqualTo("unknown-name");
    }

    @Test
    void statusShowsEveryStateAndCheckExitsWithThree() {
        run("migrate");
        folder.write("003-next.sql", "SELECT 1;")
                .write("004-clean.sql", "-- migrator: manual\nDROP TABLE first;")
                .write("005-testers.sql", "-- migrator: environments=staging\nSELECT 1;");
        Answer answer = run("status");
        String place = database.server().host() + ":" + database.server().port() + "/" + database.name();
        assertThat(answer.out()
                        .replaceAll(" +\\d+ ms", " N ms")
                        .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ", "TIME")
                        .replaceAll(" {9,}(runs|only)", "  $1")
                        .replaceAll("(?m)^(MIGRATION.*APPLIED).*$", "$1"))
                .isEqualTo("""
                        Database  PLACE
                        State     1 pending
                        Lock      free

                        MIGRATION    STATE    APPLIED
                        001-first    applied  TIME N ms
                        002-second   applied  TIME N ms
                        003-next     pending
                        004-clean    manual  runs only when a person names it
                        005-testers  skipped  only for staging

                        Applied: 2, Pending: 1, Failed: 0, Skipped: 1, Manual: 1, Total: 5
                        """.replace("PLACE", place));
        assertThat(answer.exitCode()).isZero();
        assertThat(run("status", "--check").exitCode()).isEqualTo(3);
        assertThat(run("pending").out()).contains("003-next").doesNotContain("001-first", "004-clean");
        assertThat(run("list").out()).contains("001-first", "004-clean", "005-testers");
    }

    @Test
    void validateListsAllFindingsAndExitsWithOne() {
        run("migrate");
        assertThat(run("validate").exitCode()).isZero();
        folder.write("001-first.sql", "CREATE TABLE first (id bigint);").write("nonsense.sql", "SELECT 1;");
        Answer answer = run("validate");
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.out()).contains("001-first").contains("nonsense.sql").contains("Problems: 2");
    }

    @Test
    void aManualMigrationNeedsItsWholeNameAgain() {
        run("migrate");
        folder.write("003-clean.sql", "-- migrator: manual\nDROP TABLE first;");
        assertThat(run("run", "clean").exitCode()).isEqualTo(5);
        assertThat(run("run", "clean", "--confirm", "clean").exitCode()).isEqualTo(5);
        assertThat(Answer.asked("y", false, database, folder, "run", "clean").exitCode())
                .isEqualTo(5);
        assertThat(database.exists("first")).isTrue();
        assertThat(Answer.asked("003-clean", false, database, folder, "run", "clean")
                        .exitCode())
                .isZero();
        assertThat(database.exists("first")).isFalse();
    }

    @Test
    void theConfirmationOfAManualMigrationMayBeAnOption() {
        run("migrate");
        folder.write("003-clean.sql", "-- migrator: manual\nDROP TABLE first;");
        Answer answer = run("run", "003", "--confirm", "003-clean", "--reason", "tidy");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(run("log", "clean").out()).contains("tidy").contains("an operator");
    }

    @Test
    void whatCreateWritesRunsWhenAStatementFollows() throws java.io.IOException {
        String written = run("create", "third").out();
        Path file = Path.of(written.substring("Created ".length()).strip());
        java.nio.file.Files.writeString(
                file, "CREATE TABLE third (id int);\n", java.nio.file.StandardOpenOption.APPEND);
        Answer answer = run("migrate");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(database.exists("third")).isTrue();
    }

    @Test
    void aRollbackAsksTellsAndIsInTheLog() {
        run("migrate");
        assertThat(run("rollback", "--dry-run").out()).contains("002-second (rollback;");
        Answer unasked = run("rollback");
        assertThat(unasked.exitCode()).isEqualTo(5);
        assertThat(unasked.err()).contains("Take back 002-second: It needs a confirmation.", "--yes");
        assertThat(Answer.asked("n", false, database, folder, "rollback").exitCode())
                .isEqualTo(5);
        assertThat(database.exists("second")).isTrue();
        Answer done = run("rollback", "--yes", "--reason", "wrong");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out()).contains("Rolled back 002-second").contains("Rolled back: 1, Failed: 0");
        assertThat(database.exists("second")).isFalse();
        assertThat(run("log").out()).contains("rollback").contains("wrong");
    }

    @Test
    void aRollbackTakesBackWhatWasShownOrNothing() {
        folder.write("003-third.up.sql", "CREATE TABLE third (id int);")
                .write("003-third.down.sql", "DROP TABLE third;");
        run("migrate");

        Answer late = Answer.asked(
                question -> {
                    assertThat(question).contains("003-third");
                    run("rollback", "--yes");
                    return "y";
                },
                false,
                database,
                folder,
                "rollback");

        assertThat(late.exitCode()).isEqualTo(5);
        assertThat(late.err()).contains("003-third", "002-second", "Nothing was taken back");
        assertThat(database.exists("second")).isTrue();
        assertThat(database.exists("third")).isFalse();
    }

    @Test
    void aRollbackOfWhatHasNoWayBackIsRefused() {
        run("migrate");
        Answer answer = run("rollback", "--steps", "2", "--yes");
        assertThat(answer.exitCode()).isEqualTo(5);
        assertThat(answer.err()).contains("001-first").contains("forward");
        assertThat(run("rollback", "--steps", "1", "--to", "001").exitCode()).isEqualTo(2);
    }

    @Test
    void aRollbackWithNothingToRollBackIsRefused() {
        Answer answer = run("rollback", "--yes");
        assertThat(answer.exitCode()).isEqualTo(5);
        assertThat(answer.err()).contains("nothing to roll back");
    }

    @Test
    void decisionsOfAPersonAreWrittenWithTheirReason() {
        run("migrate", "--target", "001");
        assertThat(run("skip", "second", "--reason", "not here").out()).isEqualTo("002-second is skipped.\n");
        assertThat(run("status").out()).contains("002-second  skipped");
        assertThat(run("reset", "second").out()).isEqualTo("002-second is pending again.\n");
        folder.write("001-first.sql", "CREATE TABLE first (id int); -- changed");
        assertThat(run("validate").exitCode()).isEqualTo(1);
        assertThat(run("accept", "first").exitCode()).isZero();
        assertThat(run("validate").exitCode()).isZero();
        assertThat(run("baseline", "--at", "002").exitCode()).isZero();
        assertThat(database.exists("second")).isFalse();
        assertThat(run("status", "--check").exitCode()).isZero();
        assertThat(run("log").out()).contains("skip", "reset", "accept", "baseline", "not here");
        assertThat(run("skip", "first").exitCode()).isEqualTo(5);
    }

    @Test
    void whereWritesAreConfirmedNothingIsWrittenWithoutAYes() {
        for (String[] verb : new String[][] {
            {"migrate"}, {"run", "001"}, {"skip", "001"}, {"reset", "001"}, {"baseline", "--at", "001"}, {"create", "x"}
        }) {
            assertThat(Answer.asked("", true, database, folder, verb).exitCode())
                    .as(verb[0])
                    .isEqualTo(5);
        }
        assertThat(database.exists("schema_migrations")).isFalse();
        assertThat(folder.path()).isDirectoryNotContaining("glob:**_x.sql");
        assertThat(Answer.asked("yes", true, database, folder, "migrate").exitCode())
                .isZero();
        assertThat(Answer.asked("", true, database, folder, "rollback").exitCode())
                .isEqualTo(5);
        assertThat(Answer.asked("", true, database, folder, "rollback", "--yes").exitCode())
                .as("the option is the answer, given beforehand")
                .isZero();
    }

    @Test
    void aHeldLockExitsWithFourAndNamesItsHolder() throws Exception {
        run("migrate", "--target", "001");
        Map<String, Object> key = lockKey();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + key.get("key") + ")");
            Answer answer = run("migrate");
            assertThat(answer.exitCode()).isEqualTo(4);
            assertThat(answer.err()).contains("testkit");
            assertThat(run("status").out()).contains("held by pid").contains("testkit");
            assertThat(run("locks").out()).contains("held by pid").contains("testkit");
        }
    }

    /** As the engine derives it; asked of the engine itself through a run that shows its lock. */
    private Map<String, Object> lockKey() {
        dev.migrator.lock.LockKey key = dev.migrator.lock.LockKey.of("public", "schema_migrations");
        return Map.of("key", key.value());
    }

    @ParameterizedTest
    @CsvSource({
        "statsu, There is no verb 'statsu'. Probably meant: status",
        "status --jsn, There is no option '--jsn' of status. Probably meant: --json",
        "status extra, '''extra'' is one argument too many for status.'",
        "'', No verb is given.",
        "run, Missing required parameter: 'NAME'",
        "baseline, Missing required option: '--at=NAME'",
        "rollback --steps x, Invalid value for option '--steps': 'x' is not an int",
        "create --numbered --date x, '--numbered, --date are mutually exclusive (specify only one)'",
        "log --limit 0, '--limit: It is 0.'",
        "run nonsense, 'nonsense: No migration has this name, or a name with this in it.'",
        "run 00, 'It fits 2 migrations: 001-first, 002-second.'",
    })
    void whatIsMistypedIsNamedWithTheNearest(String line, String text) {
        Answer answer = run(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(answer.err()).contains(text).contains("  -> ");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        folder.remove("001-first.sql").remove("002-second.up.sql").remove("002-second.down.sql");
        Answer empty = run("status");
        assertThat(empty.out()).contains("no migration was found");
        MigrationFolder nowhere = new MigrationFolder(folder.path().resolve("nowhere"));
        for (String verb : new String[] {"status", "migrate", "list", "pending"}) {
            Answer answer = Answer.of(database, nowhere, verb);
            assertThat(answer.err()).as(verb).contains("nowhere: does not exist.");
            assertThat(answer.out()).as(verb).isEmpty();
            assertThat(answer.exitCode()).as(verb).isEqualTo(2);
        }
    }

    @Test
    void everyVerbHasHelpWithExamplesOfItsOptionsAndTheExitCodes() {
        String[] verbs = {
            "migrate",
            "status",
            "list",
            "pending",
            "validate",
            "run",
            "create",
            "rollback",
            "skip",
            "reset",
            "accept",
            "baseline",
            "batches",
            "pause",
            "resume",
            "cancel",
            "failures",
            "retry-failures",
            "locks",
            "log",
            "drift",
            "reconcile",
            "diff"
        };
        String overview = run("--help").out();
        for (String verb : verbs) {
            assertThat(overview).contains("\n  " + verb);
            Answer answer = run(verb, "--help");
            assertThat(answer.exitCode()).isZero();
            assertThat(answer.out())
                    .contains("Usage: migrator " + verb, "Options:", "--json", "Exit codes:", "130   interrupted");
        }
    }
}
