package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.stop.Cancellation;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A request, the end of the time and an interrupt are one stop with three reasons: told as what they are, and recorded. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class StoppedRunTest {

    private static final String STEPWISE = "-- migrator: no-transaction\nCREATE TABLE b (id int);\n";

    private TestDatabase database;
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-a.sql", "CREATE TABLE a (id int);");
        builder().build().migrate().orThrow();
    }

    private MigratorBuilder builder() {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location());
    }

    private String row() {
        return database.query(
                        "SELECT status, statements_done, error_message FROM schema_migrations WHERE migration_name LIKE '002%'")
                .toString();
    }

    private static Problem only(RunReport report) {
        assertThat(report.results()).extracting(StepResult::outcome).containsExactly(StepResult.Outcome.FAILED);
        Problem problem = report.results().get(0).problem();
        assertThat(problem).isNotNull();
        return problem;
    }

    @Test
    void theEndOfTheTimeIsNamedForAFileWithoutTransactionToo() {
        folder.write("002-b.sql", STEPWISE + "SELECT pg_sleep(60);");

        Problem problem = only(builder().timeout(Duration.ofSeconds(2)).build().migrate());

        assertThat(problem.code()).isEqualTo(ProblemCode.RUN_TIMEOUT);
        assertThat(problem.action()).contains("migrator.timeout");
        assertThat(problem.description()).contains("1 of its statements are done and stay");
        assertThat(problem.description()).doesNotContain("rolled back");
        assertThat(row()).contains("status=failed, statements_done=1", "stopped after 2000 ms");
    }

    @Test
    void aCancelSaysNothingOfRollingBackAFileWithoutTransaction() {
        folder.write("002-b.sql", STEPWISE + "SELECT pg_sleep(60);");
        Migrator migrator = builder().build();
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
        Await.sleepOf(database);

        assertThat(migrator.cancel("by SIGTERM")).isTrue();

        Problem problem = only(run.join());
        assertThat(problem.description()).contains("by SIGTERM", "1 of its statements are done and stay");
        assertThat(problem.description()).doesNotContain("rolled back");
    }

    /** Recording takes longer than the time that is left: it is not what the end of the time is for. */
    @Test
    void theEndOfTheTimeDoesNotCancelTheRecordOfAFailure() {
        folder.write("002-b.sql", "-- migrator: retries=0\nSELECT pg_sleep(1); SELECT 1/0;");
        database.execute(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE INSERT ON schema_migrations FOR EACH ROW WHEN (NEW.status = 'failed')"
                        + " EXECUTE FUNCTION slow()");

        only(builder().timeout(Duration.ofSeconds(2)).build().migrate());

        assertThat(row()).contains("status=failed", "division by zero");
    }

    @Test
    void anInterruptInAPauseIsRecordedAndStaysSet() throws Exception {
        folder.write(
                "002-b.sql",
                "-- migrator: no-transaction lock-timeout=10ms\nCREATE TABLE b (id int);\n"
                        + "ALTER TABLE a ADD COLUMN x int;\n");
        CompletableFuture<Thread> pausing = new CompletableFuture<>();
        Migrator migrator = builder()
                .lockRetry(new RetryPolicy(5, Duration.ofMinutes(1), Duration.ofMinutes(1), false))
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationRetried) {
                        pausing.complete(Thread.currentThread());
                    }
                })
                .build();
        try (OpenTransaction reader = OpenTransaction.of(database, "SELECT FROM a")) {
            boolean[] stillSet = new boolean[1];
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(
                    () -> {
                        RunReport report = migrator.migrate();
                        stillSet[0] = Thread.currentThread().isInterrupted();
                        return report;
                    },
                    task -> new Thread(task, "run to interrupt").start());
            pausing.join().interrupt();

            Problem problem = only(run.join());

            assertThat(problem.code()).isEqualTo(ProblemCode.INTERRUPTED);
            assertThat(problem.description()).contains("1 of its statements are done and stay");
            assertThat(stillSet[0]).as("the flag is the caller's").isTrue();
        }
        assertThat(row()).contains("status=failed, statements_done=1", "interrupted");
        assertThat(migrator.migrate(MigrateOptions.ALL).orThrow().applied()).isEqualTo(1);
    }

    @Test
    void theEndOfAStoppedRunDoesNotLookLikeSuccess() {
        folder.write("002-b.sql", "-- migrator: retries=0 lock-timeout=1s\nCREATE TABLE b (id int);")
                .write("003-c.sql", "-- migrator: no-transaction\nCREATE TABLE c (id int);");
        List<MigrationEvent.RunCompleted> ends = new ArrayList<>();
        Migrator[] migrator = new Migrator[1];
        migrator[0] = builder()
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationCompleted) {
                        migrator[0].cancel("by SIGTERM");
                    } else if (event instanceof MigrationEvent.RunCompleted end) {
                        ends.add(end);
                    }
                })
                .build();

        migrator[0].migrate();

        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.applied() + " " + end.failed() + " " + end.notTried())
                    .isEqualTo("1 0 1");
            assertThat(end.stopped()).isNotNull();
            assertThat(end.stopped().description()).contains("by SIGTERM");
        });
    }

    /** Nobody answers: not the run, not the request to cancel. The connection is cut, and that is all that is said. */
    @Test
    void aCutConnectionIsNotAskedToCancel() {
        folder.write("002-b.sql", "SELECT pg_sleep(60);");
        Logger logger = (Logger) LoggerFactory.getLogger(Cancellation.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (WireProxy proxy = WireProxy.to(database)) {
            Migrator migrator = MigrateMain.migrator(proxy.jdbcUrl(database), folder.location())
                    .build();
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
            Await.sleepOf(database);
            proxy.blackHole();

            assertThat(migrator.cancel("by SIGTERM")).as("it has ended").isTrue();

            // the thread that asked for it hears a moment later
            assertThat(run).failsWithin(Duration.ofSeconds(30));
            assertThat(lines.list).as("a connection that was cut is left alone").isEmpty();
        } finally {
            logger.detachAppender(lines);
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                    + " AND datname = current_database()");
        }
    }

    /** A reason with a backslash must mean the same whatever the file has set for its literals. */
    @Test
    void aReasonIsTextWhateverTheFileHasSet() {
        folder.write("002-b.sql", STEPWISE + "SET standard_conforming_strings = off;\nCREATE TABLE c (id int);\n");
        String reason = "it's in C:\\new\\";

        builder().build().migrate(MigrateOptions.only("002-b").because(reason)).orThrow();

        assertThat(database.query("SELECT DISTINCT detail FROM schema_migrations_log WHERE migration_name = '002-b'"))
                .extracting(line -> line.get("detail"))
                .isEqualTo(List.of(reason));
    }
}
