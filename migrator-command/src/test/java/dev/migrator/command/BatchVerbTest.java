package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.batch.BatchSettings;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Issue 5: batches seen and steered from another process than the one that runs them. */
@PostgresTest
class BatchVerbTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SQL = "20250201-halves";
    private static final String JAVA = "20250301-hash-words";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write(
                        "001-t.sql",
                        "CREATE TABLE t (id int PRIMARY KEY, divisor int NOT NULL, half int);"
                                + "INSERT INTO t SELECT i, CASE WHEN i IN (7, 42) THEN 0 ELSE 2 END"
                                + " FROM generate_series(1, 1000) i;");
    }

    private Answer run(String... arguments) {
        return Answer.of(database, folder, arguments);
    }

    private JsonNode json(String... arguments) {
        return JSON.readTree(run(arguments).out());
    }

    private void leavesTwoOut() {
        folder.write(SQL + ".sql", """
                -- migrator: batch table=t size=100 max-failures=all
                UPDATE t SET half = id / divisor WHERE id BETWEEN :from AND :to;""");
        assertThat(run("migrate").exitCode()).isZero();
    }

    private String logged(String action) {
        return database.value(
                "SELECT actor || ': ' || detail FROM schema_migrations_log WHERE action = '" + action
                        + "' ORDER BY id DESC LIMIT 1",
                String.class);
    }

    /** The service that runs a batch in Java, and that the command line knows nothing of. */
    private Migrator service(Each each, CompletableFuture<String> held) {
        AtomicInteger batches = new AtomicInteger();
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate())
                .dataMigrations(new Walk(number -> each.after(batches.incrementAndGet())))
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationProgressed progressed
                            && progressed.progress().hold() != null) {
                        held.complete(progressed.progress().hold());
                    }
                })
                .build();
    }

    @FunctionalInterface
    interface Each {
        void after(int batch);
    }

    private record Walk(Each each) implements BatchMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of(JAVA);
        }

        @Override
        public BatchSource source() {
            return BatchSource.of("t").columns("id");
        }

        @Override
        public Integer batchSize() {
            return 100;
        }

        @Override
        public long maxFailures() {
            return 5;
        }

        @Override
        public void migrate(MigrationContext context, List<Map<String, Object>> rows) {
            if (rows.size() == 1 && rows.get(0).get("id").equals(7)) {
                throw new IllegalStateException("unlucky");
            }
            if (rows.stream().anyMatch(row -> row.get("id").equals(7))) {
                throw new IllegalStateException("one of them is unlucky");
            }
            each.after(0);
        }
    }

    @Test
    void whereNoneHasBegunThatIsSaid() {
        assertThat(run("batches").out()).isEqualTo("No batched migration has begun.\n");
        assertThat(run("batches", "--json").out()).isEqualTo("{\"batches\":[]}\n");
    }

    @Test
    void oneThatIsDoneIsShownWithWhatItLeftOut() {
        leavesTwoOut();

        assertThat(run("batches").out())
                .contains("MIGRATION", "STATE", "ROWS", "FAILED", "RATE", "LEFT", "BATCH", "DONE UP TO KEY")
                .containsPattern(SQL + " +done +1000 of 1000 +2 +\\d+/s +100 +1000 of 1000");
        JsonNode batch = json("batches", "--json").path("batches").path(0);
        assertThat(batch.path("name").asString()).isEqualTo(SQL);
        assertThat(batch.path("state").asString()).isEqualTo("done");
        assertThat(batch.path("migrated").asInt()).isEqualTo(998);
        assertThat(batch.path("failed").asInt()).isEqualTo(2);
        assertThat(batch.has("leftSeconds")).isFalse();
        assertThat(json("status", "--json").path("batches").path(0)).isEqualTo(batch);

        assertThat(run("failures", "halves").out())
                .containsPattern("KEY +SQLSTATE +ATTEMPTS +MESSAGE")
                .containsPattern("\n7 +22012 +1 +ERROR: division by zero")
                .containsPattern("\n42 +22012 +1 +ERROR: division by zero");
        assertThat(run("failures", "halves", "--limit", "1").out().lines()).hasSize(2);
        assertThat(run("failures", "halves", "--limit", "0").exitCode()).isEqualTo(2);
        JsonNode failure = json("failures", SQL, "--json").path("failures").path(0);
        assertThat(failure.path("key").asString()).isEqualTo("42");
        assertThat(failure.path("sqlState").asString()).isEqualTo("22012");
        assertThat(failure.path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void whatWasLeftOutIsTriedAgainAndWhoAskedIsLogged() {
        leavesTwoOut();
        database.execute("UPDATE t SET divisor = 2 WHERE id = 42");

        Answer some = run("retry-failures", "halves", "--reason", "42 is mended");
        assertThat(some.exitCode()).as(some.err()).isEqualTo(1);
        assertThat(some.out()).isEqualTo(SQL + ": 1 migrated, 1 fail still.\n");
        assertThat(logged("retry-failures"))
                .startsWith("an operator as ")
                .endsWith(": 1 migrated, 1 fail still: 42 is mended");
        assertThat(json("failures", SQL, "--json")
                        .path("failures")
                        .path(0)
                        .path("attempts")
                        .asInt())
                .isEqualTo(2);

        database.execute("UPDATE t SET divisor = 2");
        Answer all = run("retry-failures", "halves", "--json");
        assertThat(all.exitCode()).isZero();
        assertThat(JSON.readTree(all.out()).path("migrated").asInt()).isEqualTo(1);
        assertThat(run("failures", SQL).out()).isEqualTo(SQL + " has left no row out.\n");
        assertThat(database.value("SELECT count(*) FROM t WHERE half IS NULL", Long.class))
                .isZero();
    }

    @Test
    void theRowsOfABatchInJavaAreTriedAgainOnlyByItsApplication() {
        service(batch -> {}, new CompletableFuture<>()).migrate().orThrow();

        assertThat(run("failures", "hash-words").out()).containsPattern("\n7 +1 +java.lang.IllegalStateException");
        Answer refused = run("retry-failures", "hash-words");
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err())
                .contains("its 1 rows can't be tried again here. A batch in Java runs in its application.")
                .contains("POST retry-failures/" + JAVA, "--migrator.command=\"retry-failures " + JAVA + "\"");
    }

    @Test
    void pausedFromOutsideItWaitsAndResumedItGoesOn() throws Exception {
        CompletableFuture<String> held = new CompletableFuture<>();
        CompletableFuture<Answer> paused = new CompletableFuture<>();
        Migrator service = service(
                batch -> {
                    if (batch == 3) {
                        paused.complete(run("pause", "hash", "--reason", "black friday"));
                    }
                },
                held);
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(service::migrate);

        assertThat(paused.get().exitCode()).as(paused.get().err()).isZero();
        assertThat(paused.get().out()).isEqualTo(JAVA + " pauses after its present batch.\n");
        assertThat(held.get()).contains("paused");
        assertThat(run("batches").out()).containsPattern(JAVA + " +paused ").contains("a person has paused it");
        JsonNode batch = json("batches", "--json").path("batches").path(0);
        assertThat(batch.path("wanted").asString()).isEqualTo("pause");
        assertThat(batch.path("hold").asString()).contains("resume " + JAVA);
        assertThat(batch.path("lastKey").asString()).isEqualTo("1000");
        assertThat(run.isDone()).isFalse();

        assertThat(json("resume", JAVA, "--json").path("done").asString()).isEqualTo("may go on");
        run.get().orThrow();
        assertThat(logged("pause")).startsWith("an operator as ").endsWith(": black friday");
        assertThat(logged("resume")).endsWith(": no reason given");
        Answer late = run("pause", JAVA);
        assertThat(late.exitCode()).isEqualTo(5);
        assertThat(late.err()).contains("No batched migration of this name has begun, or it is done.");
    }

    @Test
    void whoseProcessIsGoneIsToldToBeSilent() {
        leavesTwoOut();
        database.execute("UPDATE schema_migration_batches SET status = 'running', finished_at = NULL,"
                + " updated_at = clock_timestamp() - interval '5 minutes 3 seconds'");

        assertThat(run("batches").out()).containsPattern(SQL + " +running .* nothing heard of it for 5 min");
        database.execute("UPDATE schema_migration_batches SET hold = '11 sessions wait for locks (limit 10)'");
        assertThat(run("batches").out())
                .containsPattern(SQL + " +running .* nothing heard of it for 5 min; it waited: 11 sessions wait");
        database.execute("UPDATE schema_migration_batches SET hold = NULL, status = 'stopped', wanted = 'pause'");
        assertThat(run("batches").out()).contains(SQL + "  stopped, to pause ");
    }

    @Test
    void aBackfillOfTheExpectedSchemaIsSteeredByItsNameToo() {
        leavesTwoOut();
        database.execute(
                "UPDATE schema_migration_batches SET migration_name = 'R__backfill_staff', status = 'running'");

        assertThat(run("pause", "backfill").out()).isEqualTo("R__backfill_staff pauses after its present batch.\n");
        assertThat(run("batches").out()).containsPattern("R__backfill_staff +running, to pause ");

        folder.write("20250121-staff.sql", "SELECT 1;");
        assertThat(run("log", "staff").exitCode())
                .as("a part of a migration's name means no backfill")
                .isZero();
        assertThat(run("resume", "R__backfill_staff").exitCode()).isZero();
    }

    @Test
    void cancelledFromOutsideItFailsUntilItIsResumed() {
        Migrator service = service(
                batch -> {
                    if (batch == 3) {
                        assertThat(run("cancel", "hash").out()).isEqualTo(JAVA + " ends after its present batch.\n");
                    }
                },
                new CompletableFuture<>());

        assertThat(service.migrate().failed()).isEqualTo(1);
        assertThat(run("batches").out()).containsPattern(JAVA + " +cancelled ");
        assertThat(service.migrate().failed()).isEqualTo(1);
        assertThat(run("resume", "hash").exitCode()).isZero();
        assertThat(run("batches").out()).containsPattern(JAVA + " +cancelled, to go on ");
        service.migrate().orThrow();
        assertThat(logged("cancel")).startsWith("an operator as ");
    }

    @Test
    void anUnknownNameIsBadUsageAndADeclinedQuestionChangesNothing() {
        leavesTwoOut();
        for (String verb : List.of("pause", "resume", "cancel", "failures", "retry-failures")) {
            assertThat(run(verb, "nowhere").exitCode()).as(verb).isEqualTo(2);
            assertThat(run(verb).exitCode()).as(verb).isEqualTo(2);
        }
        Answer declined = Answer.asked("n", true, database, folder, "retry-failures", SQL);
        assertThat(declined.exitCode()).isEqualTo(5);
        assertThat(database.value("SELECT max(attempts) FROM schema_migration_failures", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void aDryRunTellsWhatABatchWouldWalkOver() {
        run("migrate");
        folder.write(SQL + ".sql", """
                -- migrator: batch table=t size=100
                UPDATE t SET half = id / divisor WHERE id BETWEEN :from AND :to;""");

        assertThat(run("migrate", "--dry-run").out())
                .contains(SQL)
                .endsWith(": about 1000 rows by id; next batch: 100 rows, 1 to 100\n");
        JsonNode tried = json("migrate", "--dry-run", "--json")
                .path("migrations")
                .path(0)
                .path("rehearsal");
        assertThat(tried.path("table").asString()).isEqualTo("\"public\".\"t\"");
        assertThat(tried.path("estimated").asInt()).isEqualTo(1000);
        assertThat(tried.path("range").asString()).isEqualTo("1 to 100");
        assertThat(database.value("SELECT count(half) FROM t", Long.class)).isZero();
    }
}
