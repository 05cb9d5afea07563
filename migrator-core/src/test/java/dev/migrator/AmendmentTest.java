package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.amend.Amendment;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.Await;
import dev.migrator.history.LogEntry;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every problem that names a way out has that way out. */
@PostgresTest
@Timeout(120)
class AmendmentTest {

    private MigrationFolder folder;
    private Migrator migrator;
    private TestDatabase database;

    @BeforeEach
    void migrator(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path);
        migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build();
    }

    private String log() {
        return database.query(
                        "SELECT migration_name, action, outcome, detail FROM schema_migrations_log ORDER BY id DESC")
                .get(0)
                .toString();
    }

    @Test
    void acceptTakesAChangedText() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        migrator.migrate().orThrow();
        folder.write("001-a.sql", "CREATE TABLE a (id bigint);");
        assertThat(migrator.validate()).isNotEmpty();

        migrator.amend(new Amendment.Accept("001-a", "whitespace only"));

        assertThat(migrator.validate()).isEmpty();
        assertThat(log()).isEqualTo("{migration_name=001-a, action=accept, outcome=success, detail=whitespace only}");
    }

    /** An older version has run it with a warning: to move the line now would change the checksum. */
    @Test
    void aDirectiveThatComesTooLateStopsOnlyWhatIsStillToRun() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        migrator.migrate().orThrow();
        folder.write("001-a.sql", "CREATE TABLE a (id int);\n-- migrator: manual");
        migrator.amend(new Amendment.Accept("001-a", "as it was applied"));

        assertThat(migrator.validate()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.LATE_DIRECTIVE);
            assertThat(problem.severity()).isEqualTo(Severity.WARNING);
            assertThat(problem.subject()).endsWith("001-a.sql:2");
            assertThat(problem.action()).contains("leave the line where it is");
        });
        assertThat(migrator.migrate().orThrow().applied()).isZero();

        folder.write("002-b.sql", "CREATE TABLE b (id int);\n-- migrator: manual");
        assertThatThrownBy(migrator::migrate)
                .hasMessageContaining("002-b.sql:2")
                .hasMessageNotContaining("001-a");
        assertThat(database.exists("b")).isFalse();
    }

    @Test
    void theLogSaysWhoAskedForItAndWhy() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");

        migrator.amend(new Amendment.Baseline("001-a", "built by hand"));

        LogEntry line = migrator.log("001-a", 1).get(0);
        assertThat(line.action() + " " + line.detail()).isEqualTo("baseline built by hand");
        assertThat(line.actor())
                .startsWith(System.getProperty("user.name") + "@")
                .contains(" as ");
    }

    @Test
    void aPersonWhoWaitsForTheLockMayStopWaiting() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        migrator.migrate().orThrow();
        folder.write("002-long.sql", "SELECT pg_sleep(600);");
        Migrator other = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build();
        CompletableFuture<RunReport> running = CompletableFuture.supplyAsync(other::migrate);
        Await.until("the other one has the lock", () -> migrator.locks().holder() != null);
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> migrator.amend(new Amendment.Skip("002-long", "")));
        Await.until("it waits", () -> other.locks().waiters().size() == 1);

        assertThat(migrator.cancel()).isTrue();

        assertThat(waiting.handle((nothing, e) -> e.getCause()).join()).hasMessageContaining("cancelled on request");
        other.cancel();
        assertThat(running.join().isSuccess()).isFalse();
    }

    @Test
    void acceptTakesANewNameAndNothingRunsTwice() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        migrator.migrate().orThrow();
        folder.remove("001-a.sql").write("sub/20250101-a-renamed.sql", "CREATE TABLE a (id int);");
        assertThatThrownBy(migrator::migrate).hasMessageContaining("accept 20250101-a-renamed");

        migrator.amend(new Amendment.Accept("20250101-a-renamed", "new scheme"));

        assertThat(migrator.migrate().orThrow().applied()).isZero();
        assertThat(migrator.status().migrations())
                .extracting(MigrationStatus::name)
                .containsExactly("20250101-a-renamed");
    }

    @Test
    void resetForgetsAFailedTryAndRefusesAnAppliedOne() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);").write("002-b.sql", "SELECT nothing;");
        migrator.migrate();

        migrator.amend(new Amendment.Reset("002-b", "start over"));

        assertThat(migrator.status().statistics().failed()).isZero();
        assertThatThrownBy(() -> migrator.amend(new Amendment.Reset("001-a", "again")))
                .hasMessageContaining("would run it a second time");
        assertThatThrownBy(() -> migrator.amend(new Amendment.Reset("003-c", "again")))
                .hasMessageContaining("The history does not have it");
    }

    @Test
    void skipMarksAPendingOne() {
        folder.write("001-a.sql", "SELECT nothing;");
        migrator.migrate();

        migrator.amend(new Amendment.Skip("001-a", "not here"));

        assertThat(migrator.migrate().orThrow().applied()).isZero();
        assertThat(migrator.status().statistics().skipped()).isEqualTo(1);
    }

    @Test
    void baselineAdoptsADatabaseThatWasBuiltByOtherMeans() {
        database.execute("CREATE TABLE a (id int)");
        folder.write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-b.sql", "CREATE TABLE b (id int);")
                .write("003-c.sql", "CREATE TABLE c (id int);");
        assertThatThrownBy(migrator::migrate)
                .hasMessageContaining("The history does not exist")
                .hasMessageContaining("a)");

        migrator.amend(new Amendment.Baseline("001-a", "built by hand"));

        assertThat(migrator.migrate().orThrow().applied()).isEqualTo(2);
        assertThatThrownBy(() -> migrator.amend(new Amendment.Baseline("002-b", "again")))
                .hasMessageContaining("nothing to adopt");
        assertThatThrownBy(() -> migrator.amend(new Amendment.Baseline("009", "again")))
                .hasMessageContaining("No file has this name");
    }
}
