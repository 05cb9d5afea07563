package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.faults.Await;
import dev.migrator.faults.MigrateMain;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OwnServer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.SmallDisk;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What no second try can mend ends a start with one clear failure, and leaves nothing half done: when the cause is gone,
 * the next start brings the schema to its end. The time to recover is that of this start.
 */
@FaultSuite
@PostgresTest
class RefusedTest {

    private MigrationFolder folder;

    @BeforeEach
    void files(@TempDir Path files) {
        folder = new MigrationFolder(files);
        FaultSet.MIXED.write(folder);
    }

    private RunReport migrate(String url) {
        return MigrateMain.migrator(url, folder.location()).build().migrate().orThrow();
    }

    private Problem refused(String url) {
        try {
            throw new AssertionError("not refused, but " + migrate(url).applied() + " applied");
        } catch (MigratorException e) {
            assertThat(e.problems())
                    .filteredOn(Problem::isError)
                    .as("one clear failure")
                    .hasSize(1);
            return e.first();
        }
    }

    private Duration start(String url) {
        long at = System.nanoTime();
        migrate(url);
        return Duration.ofNanos(System.nanoTime() - at);
    }

    @Test
    void noRightToCreate(TestDatabase database) {
        String user = database.createUser("poor");
        Trial trial = Trial.of("60-no-create", "no CREATE right: refused; granted: next start", 10);
        trial.run(
                round -> {
                    Database.clear(database.jdbcUrl());
                    database.execute("GRANT USAGE ON SCHEMA public TO " + user);
                    Problem problem = refused(database.urlFor(user));
                    assertThat(problem.code()).isEqualTo(ProblemCode.NO_PRIVILEGE);
                    assertThat(problem.action()).contains("GRANT").contains(user);
                    database.execute("GRANT CREATE ON SCHEMA public TO " + user);
                    return start(database.urlFor(user));
                },
                () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
        database.execute("DROP OWNED BY " + user + " CASCADE");
    }

    @Test
    void readOnlyStandby(@TempDir Path data) {
        try (OwnServer primary = OwnServer.create(data.resolve("primary"));
                OwnServer standby = primary.copy(data.resolve("standby")).follow(primary)) {
            primary.start();
            standby.start();
            Trial trial = Trial.of("61-standby", "read-only standby: refused; primary: next start", 10);
            trial.run(
                    round -> {
                        Database.clear(primary.url());
                        Await.until("the standby is as empty", () -> "t".equals(standby.value("""
                                        SELECT to_regnamespace('public') IS NOT NULL
                                           AND to_regclass('public.schema_migrations') IS NULL""")));
                        Problem problem = refused(standby.url());
                        assertThat(problem.code()).isEqualTo(ProblemCode.READ_ONLY);
                        assertThat(problem.action()).contains("primary");
                        return start(primary.url());
                    },
                    () -> Facts.of(primary.url(), FaultSet.MIXED));
        }
    }

    /** The sixth of thirteen migrations fills a tablespace of a few megabytes. */
    @Test
    void diskFull(@TempDir Path data) throws Exception {
        folder.write("005-zlarge.sql", """
                CREATE TABLE large (id int, word text) TABLESPACE small;
                INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 20000) i;
                """);
        try (OwnServer server = OwnServer.create(data.resolve("server")).start();
                SmallDisk disk = SmallDisk.mount(data.resolve("disk"), "4m")) {
            Database.execute(server.url(), "CREATE TABLESPACE small LOCATION '" + data.resolve("disk") + "'");
            Trial trial = Trial.of("62-disk-full", "disk full (53100): refused; room made: next start", 10);
            trial.run(
                    round -> {
                        Database.clear(server.url());
                        // what was dropped is given back to the disk by then
                        Database.execute(server.url(), "CHECKPOINT");
                        disk.resize("4m");
                        Problem problem = refused(server.url());
                        assertThat(problem.code()).isEqualTo(ProblemCode.MIGRATION_FAILED);
                        assertThat(problem.description()).contains("53100");
                        assertThat(problem.subject()).contains("005-zlarge");
                        disk.resize("64m");
                        return start(server.url());
                    },
                    () -> Facts.of(server.url(), FaultSet.MIXED));
            Database.execute(server.url(), "DROP TABLE IF EXISTS large", "CHECKPOINT");
            server.stop();
        }
    }
}
