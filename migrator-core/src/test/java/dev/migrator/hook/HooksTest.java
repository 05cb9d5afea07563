package dev.migrator.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL beside the migrations: with them where it can be, in the open where it can't. */
@PostgresTest
class HooksTest {

    private static final String NOTE =
            "INSERT INTO notes (at, migration)" + " VALUES ('%s', current_setting('migrator.migration', true));";

    private TestDatabase database;
    private MigrationFolder folder;
    private final List<MigrationEvent> events = new ArrayList<>();

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write(
                        "beforeRun.sql",
                        "CREATE TABLE IF NOT EXISTS notes (id serial, at text, migration text);\n" + note("before"))
                .write("afterEachMigration.sql", note("after each"))
                .write("afterRun.sql", note("after"))
                .write("001-a.sql", "CREATE TABLE a (id int PRIMARY KEY);")
                .write("002-b.sql", "CREATE TABLE b (id int);");
    }

    private static String note(String at) {
        return NOTE.replace("%s", at);
    }

    private MigratorBuilder builder() {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .existingSchema(dev.migrator.execute.RunSettings.ExistingSchema.ALLOW)
                .locations(folder.location())
                .listener(events::add);
    }

    private String notes() {
        return database.value(
                "SELECT coalesce(string_agg(at || coalesce(' ' || nullif(migration, ''), ''), ', ' ORDER BY id), '') FROM"
                        + " notes",
                String.class);
    }

    @Test
    void theyRunBeforeAroundAndAfterEachKindOfMigration() {
        folder.write("003-index.sql", "CREATE INDEX CONCURRENTLY b_id ON b (id);")
                .write(
                        "005-batch.sql",
                        "-- migrator: batch table=a key=id\nUPDATE a SET id = id WHERE id BETWEEN :from" + " AND :to;");

        builder().dataMigrations(new Code()).build().migrate().orThrow();

        assertThat(notes())
                .isEqualTo(
                        "before, after each 001-a, after each 002-b, after each 003-index, after each 004-code, after"
                                + " each 005-batch, after");
    }

    @Test
    void nothingPendingRunsNone() {
        builder().build().migrate().orThrow();
        folder.write("beforeRun.sql", "SELECT nonsense;").write("afterRun.sql", "SELECT 'unclosed;");

        RunReport report = builder().build().migrate().orThrow();

        assertThat(report.problems()).isEmpty();
        assertThat(notes()).isEqualTo("before, after each 001-a, after each 002-b, after");
    }

    @Test
    void beforeRunThatFailsEndsTheRunBeforeTheFirstMigration() {
        folder.write("beforeRun.sql", "SELECT 1;\nSELECT\n  nonsense;");

        MigratorException failure = catchThrowableOfType(
                MigratorException.class, () -> builder().build().migrate());

        assertThat(failure.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.HOOK_FAILED);
            assertThat(problem.subject()).isEqualTo(folder.path() + "/beforeRun.sql:3:3");
            assertThat(problem.description())
                    .startsWith("ERROR: column \"nonsense\" does not exist (SQLSTATE 42703)")
                    .endsWith("no migration was begun.");
        });
        assertThat(database.exists("a")).isFalse();
        assertThat(events).last().isInstanceOf(MigrationEvent.RunAborted.class);
    }

    @Test
    void afterEachThatFailsTakesItsMigrationWithIt() {
        folder.write(
                "afterEachMigration.sql", "\n  SELECT 1 / (current_setting('migrator.migration') <> '002-b')::int;");

        RunReport report = builder().build().migrate();

        assertThat(report.results())
                .extracting(StepResult::outcome)
                .containsExactly(StepResult.Outcome.APPLIED, StepResult.Outcome.FAILED);
        Problem problem = report.results().get(1).problem();
        assertThat(problem.subject()).isEqualTo(folder.path() + "/afterEachMigration.sql:2:3");
        assertThat(problem.description())
                .contains("division by zero (SQLSTATE 22012)", "Everything that 002-b did was rolled back.");
        assertThat(database.exists("a")).isTrue();
        assertThat(database.exists("b")).isFalse();
    }

    @Test
    void afterEachOfAFileThatIsNoTransactionIsTriedAgainWithoutTheFile() {
        folder.write("003-index.sql", "CREATE INDEX CONCURRENTLY b_id ON b (id);")
                .write(
                        "afterEachMigration.sql",
                        "SELECT 1 / (current_setting('migrator.migration') <> '003-index')::int;");

        RunReport first = builder().build().migrate();
        folder.write("afterEachMigration.sql", note("after each"));
        builder().build().migrate().orThrow();

        assertThat(first.results().get(2).problem().subject()).endsWith("/afterEachMigration.sql:1:1");
        assertThat(first.results().get(2).problem().description()).contains("1 of its statements are done and stay");
        assertThat(notes()).isEqualTo("before, before, after each 003-index, after");
    }

    @Test
    void afterEachOfCodeAndBatchesFailsWithItsPlace() {
        folder.remove("001-a.sql")
                .remove("002-b.sql")
                .write("003-t.sql", "CREATE TABLE a (id int PRIMARY KEY);")
                .write(
                        "005-batch.sql",
                        "-- migrator: batch table=a key=id\nUPDATE a SET id = id WHERE id BETWEEN :from" + " AND :to;")
                .write(
                        "afterEachMigration.sql",
                        "SELECT 1,\n 1 / (current_setting('migrator.migration') = '003-t')::int;");

        RunReport report =
                builder().stopOnError(false).dataMigrations(new Code()).build().migrate();

        assertThat(report.results())
                .extracting(StepResult::outcome)
                .containsExactly(StepResult.Outcome.APPLIED, StepResult.Outcome.FAILED, StepResult.Outcome.FAILED);
        for (int failed : List.of(1, 2)) {
            assertThat(report.results().get(failed).problem().description())
                    .startsWith(folder.path() + "/afterEachMigration.sql:1:1 failed: ERROR: division by zero");
        }
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Long.class))
                .isEqualTo(1);
    }

    @Test
    void afterRunThatFailsIsAFailedRunOfAppliedMigrations() {
        folder.write("afterRun.sql", "SELECT nonsense;");

        MigratorException failure = catchThrowableOfType(
                MigratorException.class, () -> builder().build().migrate());

        assertThat(failure.first().code()).isEqualTo(ProblemCode.HOOK_FAILED);
        assertThat(failure.first().action()).contains("run it by hand");
        assertThat(database.exists("b")).isTrue();
        assertThat(builder().build().drift().state())
                .as("the schema is stored all the same")
                .isEqualTo(DriftReport.State.NONE);
    }

    @Test
    void aRunThatLosesItsSessionAtItsEndStillEnds() {
        database.execute("CREATE SEQUENCE tries");
        folder.write(
                "afterRun.sql",
                "SELECT CASE WHEN nextval('tries') = 1 THEN pg_terminate_backend(pg_backend_pid()) END;\n"
                        + note("after"));

        RunReport report = builder().build().migrate().orThrow();

        assertThat(report.results()).hasSize(2);
        assertThat(notes()).isEqualTo("before, after each 001-a, after each 002-b, after");
        assertThat(events)
                .filteredOn(MigrationEvent.RunStarted.class::isInstance)
                .hasSize(1);
        assertThat(events)
                .filteredOn(MigrationEvent.RunCompleted.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((MigrationEvent.RunCompleted) event).applied())
                        .isEqualTo(2));
        assertThat(builder().build().drift().state()).isEqualTo(DriftReport.State.NONE);
    }

    @Test
    void afterRunDoesNotRunWhereAMigrationFailed() {
        folder.write("003-c.sql", "SELECT nonsense;");

        builder().build().migrate();

        assertThat(notes()).isEqualTo("before, after each 001-a, after each 002-b");
    }

    @Test
    void theWayBackHasNoHooks() {
        folder.write("002-b.down.sql", "DROP TABLE b;");
        builder().build().migrate().orThrow();

        builder().build().rollback(RollbackOptions.lastOne().because("a test"));

        assertThat(notes()).isEqualTo("before, after each 001-a, after each 002-b, after");
        assertThat(database.exists("b")).isFalse();
    }

    @Test
    void whatAHookLeavesInTheSessionIsGone() {
        folder.write("afterEachMigration.sql", "SET search_path = pg_catalog; SELECT pg_advisory_lock(42);")
                .write(
                        "beforeRun.sql",
                        "SET search_path = pg_catalog; SET ROLE pg_monitor; SELECT pg_advisory_lock(43);");
        folder.write(
                "afterRun.sql",
                "SELECT 1 / (count(*) = 0)::int FROM pg_locks WHERE locktype = 'advisory' AND objid IN" + " (42, 43);");

        builder().build().migrate().orThrow();

        assertThat(database.exists("a") && database.exists("b")).isTrue();
    }

    @Test
    void theDryRunShowsThemAndRunsNone() {
        assertThat(builder().build().dryRun().text())
                .contains(
                        "beforeRun (" + folder.path() + "/beforeRun.sql; 2 statements; before the first migration",
                        "afterEachMigration (" + folder.path() + "/afterEachMigration.sql; 1 statement; with each");
        assertThat(database.exists("notes")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            COMMIT;                              | TRANSACTION_CONTROL | :1:1
            VACUUM;                              | NOT_TRANSACTIONAL   | :1:1
            SELECT 1; COPY notes FROM STDIN;     | UNSAFE_STATEMENT    | :1:11
            DISCARD ALL;                         | UNSAFE_STATEMENT    | :1:1
            SELECT 'a                            | UNCLOSED_TOKEN      | :1:8
            \\i other.sql                        | PSQL_COMMAND        | :1:1
            -- migrator: manual                  | INVALID_DIRECTIVE   | ''
            """)
    void whatCannotBeAHookIsRefusedBeforeAnythingRuns(String text, ProblemCode code, String place) {
        folder.write("afterRun.sql", text + "\n");

        MigratorException refusal = catchThrowableOfType(
                MigratorException.class, () -> builder().build().migrate());

        assertThat(refusal.problems()).extracting(Problem::code).contains(code);
        assertThat(refusal.problems()).extracting(Problem::subject).contains(folder.path() + "/afterRun.sql" + place);
        assertThat(builder().build().validate()).extracting(Problem::code).contains(code);
        assertThat(database.exists("a")).isFalse();
    }

    @Test
    void oneHookInTwoFoldersMustBeTheSame() {
        folder.write("sub/afterRun.sql", "SELECT 2;");

        MigratorException refusal = catchThrowableOfType(
                MigratorException.class, () -> builder().build().migrate());

        assertThat(refusal.first().code()).isEqualTo(ProblemCode.DUPLICATE_NAME);
    }

    private static final class Code implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("004-code");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            return MigrationResult.success(
                    context.jdbc().sql("SELECT 1").query(Integer.class).single());
        }
    }
}
