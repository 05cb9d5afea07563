package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.amend.Amendment;
import dev.migrator.history.LogEntry;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PlannedScript;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person names one migration: just that one runs, and the log says who asked. */
@PostgresTest
class RunOneTest {

    private MigrationFolder folder;
    private TestDatabase database;
    private Migrator migrator;

    @BeforeEach
    void migrator(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-b.sql", "CREATE TABLE b (id int);")
                .write("003-manual.sql", "-- migrator: manual\nCREATE TABLE m (id int);")
                .write("004-staging.sql", "-- migrator: environments=staging\nCREATE TABLE s (id int);")
                .write("005-needs.sql", "-- migrator: depends=002-b\nCREATE TABLE n (id int);");
        migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .operator("deploy-pipeline")
                .build();
    }

    private List<String> run(String name) {
        return migrator.migrate(MigrateOptions.only(name).because("tried by hand")).orThrow().results().stream()
                .map(result -> result.migration() + " " + result.outcome())
                .toList();
    }

    private Problem refused(MigrateOptions options) {
        MigratorException refusal = catchThrowableOfType(MigratorException.class, () -> migrator.migrate(options));
        assertThat(refusal).isNotNull();
        assertThat(refusal.problems()).as("%s", refusal).hasSize(1);
        return refusal.first();
    }

    @Test
    void justTheNamedOneRuns() {
        assertThat(migrator.dryRun(MigrateOptions.only("002-b")).scripts())
                .extracting(PlannedScript::migration)
                .containsExactly("002-b");

        assertThat(run("002-b")).containsExactly("002-b APPLIED");

        assertThat(database.exists("a")).isFalse();
        LogEntry line = migrator.log(null, 1).get(0);
        assertThat(line.migration() + " " + line.detail()).isEqualTo("002-b tried by hand");
        assertThat(line.actor()).startsWith("deploy-pipeline as ");
    }

    @Test
    void aManualOneAndOneOfAnotherEnvironmentRunWhenNamed() {
        assertThat(run("003-manual")).containsExactly("003-manual APPLIED");
        assertThat(run("004-staging")).containsExactly("004-staging APPLIED");
        assertThat(database.exists("m") && database.exists("s")).isTrue();
    }

    @Test
    void whatIsAppliedUnknownSkippedOrBlockedIsRefused() {
        assertThat(refused(MigrateOptions.only("005-needs")).code()).isEqualTo(ProblemCode.UNKNOWN_DEPENDENCY);
        assertThat(refused(MigrateOptions.only("009-nowhere")).code()).isEqualTo(ProblemCode.UNKNOWN_NAME);
        run("002-b");
        assertThat(refused(MigrateOptions.only("002-b")).description()).contains("applied already");
        migrator.amend(new Amendment.Skip("001-a", "not here"));
        assertThat(refused(MigrateOptions.only("001-a")).action()).isEqualTo("Forget that first: reset 001-a");
        assertThat(run("005-needs")).containsExactly("005-needs APPLIED");
    }

    @Test
    void aChangedRepeatableMayBeNamed() {
        folder.write("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;");
        run("R__view");
        assertThat(refused(MigrateOptions.only("R__view")).code()).isEqualTo(ProblemCode.REFUSED);
        folder.write("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS one;");

        assertThat(run("R__view")).containsExactly("R__view APPLIED");
    }

    @Test
    void aPartOfANameIsEnoughWhereItIsTheOnlyOne() {
        folder.write("20250101-add-users.sql", "SELECT 1;").write("20250102-add-orders.sql", "SELECT 1;");

        assertThat(migrator.resolve("001-a")).isEqualTo("001-a");
        assertThat(migrator.resolve("003")).isEqualTo("003-manual");
        assertThat(migrator.resolve("USERS")).isEqualTo("20250101-add-users");
        assertThat(migrator.resolve("20250102-add-orders.sql")).isEqualTo("20250102-add-orders");
    }

    @Test
    void severalAreAllNamedAndForNoneTheNearest() {
        folder.write("20250101-add-users.sql", "SELECT 1;").write("20250102-add-orders.sql", "SELECT 1;");

        Problem several = catchThrowableOfType(MigratorException.class, () -> migrator.resolve("2025"))
                .first();
        assertThat(several.code()).isEqualTo(ProblemCode.AMBIGUOUS_NAME);
        assertThat(several.description()).contains("20250101-add-users, 20250102-add-orders");
        Problem none = catchThrowableOfType(MigratorException.class, () -> migrator.resolve("add-usres"))
                .first();
        assertThat(none.code()).isEqualTo(ProblemCode.UNKNOWN_NAME);
        assertThat(none.action()).isEqualTo("Nearest: 20250101-add-users");
    }
}
