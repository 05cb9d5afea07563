package dev.migrator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Issue 5: a file that walks over a table, a transaction a batch. */
@PostgresTest
class SqlBatchTest {

    static final String NAME = "20250201-names";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        database = fresh;
    }

    private MigratorBuilder builder() {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate());
    }

    private void table(int rows) {
        folder.write(
                "001-users.sql",
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, shown text, n int DEFAULT 0);"
                        + "INSERT INTO users SELECT i * 3, 'u' || i FROM generate_series(1, " + rows + ") i;");
    }

    private Problem failure(RunReport report) {
        StepResult last = report.results().get(report.results().size() - 1);
        assertThat(last.outcome()).isEqualTo(StepResult.Outcome.FAILED);
        return last.problem();
    }

    private Map<String, Object> checkpoint() {
        return database.query("SELECT * FROM schema_migration_batches").get(0);
    }

    @Test
    void everyRowIsDoneOnceInBatches() {
        table(2500);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users key=id size=100
                UPDATE users SET shown = name, n = n + 1 WHERE id BETWEEN :from AND :to;""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1 AND shown = name", Long.class))
                .isEqualTo(2500);
        assertThat(database.value("SELECT count(DISTINCT xmin::text) FROM users", Long.class))
                .as("transactions")
                .isEqualTo(25);
        assertThat(checkpoint())
                .containsEntry("status", "done")
                .containsEntry("rows_done", 2500L)
                .containsEntry("rows_scanned", 2500L)
                .containsEntry("rows_failed", 0L)
                .containsEntry("rows_estimated", 2500L);
        assertThat(database.query(
                        "SELECT status, kind, records_processed FROM schema_migrations WHERE version = '20250201'"))
                .containsExactly(Map.of("status", "success", "kind", "sql", "records_processed", 2500L));
        assertThat(builder().build().migrate().applied()).isZero();
    }

    @Test
    void rowsThatComeLaterThanTheStartAreLeftAlone() {
        table(100);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users size=10
                INSERT INTO users (id, name) SELECT 1000000 + id, 'new' FROM users WHERE id BETWEEN :from AND :to;""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM users", Long.class)).isEqualTo(200);
    }

    @Test
    void anEmptyTableIsDoneAtOnce() {
        table(0);
        folder.write(
                NAME + ".sql", "-- migrator: batch table=users\nDELETE FROM users WHERE id BETWEEN :from AND :to;");

        builder().build().migrate().orThrow();

        assertThat(checkpoint()).containsEntry("status", "done").containsEntry("rows_done", 0L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "int ; (i * 7) % 100003",
                "bigint ; i::bigint * 10000000000",
                "smallint ; i",
                "uuid ; md5(i::text)::uuid",
                "text ; md5(i::text) || '''' || chr(228 + i % 50)",
                "varchar(40) ; md5(i::text)",
                "numeric ; i / 7.0",
                "timestamptz ; timestamptz '2025-03-30 00:00:00+00' + i * interval '1 minute'",
                "date ; date '2025-01-01' + i",
                "char(12) ; chr(99) || i",
                "bytea ; decode(md5(i::text), 'hex')"
            })
    void keysOfEveryTypeAreWalked(String type, String value) {
        folder.write(
                "001-t.sql",
                "CREATE TABLE t (k " + type + " PRIMARY KEY, n int DEFAULT 0);" + "INSERT INTO t SELECT " + value
                        + " FROM generate_series(1, 1000) i;");
        folder.write(NAME + ".sql", """
                -- migrator: batch table=t size=37
                UPDATE t SET n = n + 1 WHERE k BETWEEN :from AND :to;""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 1", Long.class))
                .isEqualTo(1000);
    }

    @Test
    void compositeKeysAreWalkedAsRows() {
        folder.write(
                "001-t.sql",
                "CREATE TABLE t (tenant text, id int, other int NOT NULL, n int DEFAULT 0, PRIMARY KEY (tenant, id));"
                        + "INSERT INTO t SELECT 'tenant ' || i % 7, i, -i FROM generate_series(1, 1000) i;"
                        + "CREATE UNIQUE INDEX ON t (other, id);");
        folder.write(NAME + ".sql", """
                -- migrator: batch table=public.t key=tenant,id size=10
                UPDATE t SET n = n + 1 WHERE (tenant, id) BETWEEN :from AND :to;""");
        folder.write("20250202-b.sql", """
                -- migrator: batch table=t key=other,id size=100
                UPDATE t SET n = n + 1 WHERE (other, id) >= :from AND (other, id) <= :to;""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM t WHERE n = 2", Long.class))
                .isEqualTo(1000);
    }

    /** With numbers for both the server would see nothing wrong in a range of (id, tenant), and half of the rows be left out. */
    @Test
    void aKeyInAnotherOrderThanItsIndexIsRefused() {
        folder.write("001-t.sql", "CREATE TABLE t (tenant int, id int, n int DEFAULT 0, PRIMARY KEY (tenant, id));");
        folder.write(NAME + ".sql", """
                -- migrator: batch table=t key=id,tenant
                UPDATE t SET n = n + 1 WHERE (id, tenant) BETWEEN :from AND :to;""");

        Problem problem = failure(builder().build().migrate());

        assertThat(problem.description()).contains("over the columns id, tenant has them in another order");
        assertThat(problem.action()).contains("key=tenant,id").contains("(tenant, id)");
    }

    @Test
    void anEndMayBeLeftOutBesideTheRangeItself() {
        table(10);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users size=3
                UPDATE users SET n = n + 1 WHERE id BETWEEN :from AND :to AND (id > :from OR id = :from OR id <> :to);
                UPDATE users SET shown = name WHERE id <= :to AND :from <= id AND NOT id < -(:from);""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1 AND shown = name", Long.class))
                .isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id >= :from AND id < :to + 1",
                "id >= :from AND id <:to+1",
                "id > :from - 1 AND id <= :to",
                "1 + :to > id AND -1 + :from < id",
                "id >= :from AND id < :to /* the last one */ + 1"
            })
    void anEndWithWhichSomebodyCalculatesIsNotLeftOut(String range) {
        table(10);
        folder.write(
                NAME + ".sql",
                "-- migrator: batch table=users size=3\nUPDATE users SET n = n + 1 WHERE " + range + ";");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(10);
    }

    @Test
    void theEndsOfTheRangeMeanNothingInStringsCommentsCastsAndBodies() {
        table(10);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users size=3
                /* :from */ UPDATE users SET shown = ':from' || ('{1,2,3}'::int[])[1:2]::text || $$:to$$ -- :to
                 WHERE id >= :from AND id <= :to;
                INSERT INTO users (id, name) SELECT -id, 'x' FROM users WHERE id BETWEEN :from AND :to;""");

        builder().build().migrate().orThrow();

        assertThat(database.value("SELECT count(*) FROM users WHERE shown = ':from{1,2}:to'", Long.class))
                .isEqualTo(10);
        assertThat(checkpoint()).as("changed rows of all statements").containsEntry("rows_done", 20L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- migrator: batch table=users\nUPDATE users SET n = 1;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id >= :from;",
                "-- migrator: batch table=users\nBEGIN; UPDATE users SET n = 1 WHERE id BETWEEN :from AND :to; COMMIT;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id BETWEEN :from AND :to; VACUUM users;",
                "-- migrator: batch table=users\nUPDATE users SET n = :other WHERE id BETWEEN :from AND :to;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id > :from AND id <= :to;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id >= :from AND :to > id;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id >= :from AND id < :to -- + 1;\n;",
                "-- migrator: batch table=users\nUPDATE users SET n = 1 WHERE id <= :to AND id > /* - */ :from;",
                "-- migrator: batch\nUPDATE users SET n = 1 WHERE id BETWEEN :from AND :to;",
                "-- migrator: batch table=users size=many\nUPDATE users SET n = 1 WHERE id BETWEEN :from AND :to;",
                "-- migrator: batch table=users colour=red\nUPDATE users SET n = 1 WHERE id BETWEEN :from AND :to;"
            })
    void whatCantBeABatchIsRefusedBeforeAnythingRuns(String text) {
        table(10);
        folder.write(NAME + ".sql", text);

        assertThatThrownBy(() -> builder().build().migrate()).hasMessageContaining(NAME);
        assertThat(database.exists("users")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere,id,no table",
        "v,id,not a table",
        "heap,'',no primary key",
        "users,name,No primary key",
        "nul,k,null"
    })
    void withoutATableAndAWholeKeyItFails(String table, String key, String told) {
        table(10);
        folder.write(
                "002-others.sql",
                "CREATE VIEW v AS SELECT * FROM users; CREATE TABLE heap (id int);"
                        + "CREATE TABLE nul (k int UNIQUE);");
        folder.write(
                NAME + ".sql",
                "-- migrator: batch table=" + table + (key.isEmpty() ? "" : " key=" + key)
                        + "\nUPDATE users SET n = 1 WHERE id BETWEEN :from AND :to;");

        assertThat(failure(builder().build().migrate()).description()).contains(told);
    }

    @Test
    void aMistakeInTheStatementIsToldAtOnceWithItsPlace() {
        table(1000);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users size=1000 max-failures=all
                UPDATE users SET n = 1 WHERE id BETWEEN :from AND :to;
                UPDATE users SET nothing = 1 WHERE id BETWEEN :from AND :to;""");
        try (WireProxy proxy = WireProxy.to(database)) {
            Problem problem = failure(Migrator.builder()
                    .connection(proxy.jdbcUrl(database), null, null)
                    .locations(folder.location())
                    .build()
                    .migrate());

            assertThat(problem.subject()).endsWith(NAME + ".sql:3:1");
            assertThat(problem.description()).contains("column \"nothing\"");
            assertThat(proxy.statements().stream().filter(sql -> sql.contains("SET nothing")))
                    .as("tries")
                    .hasSize(1);
        }
    }

    @Test
    void brokenRowsAreLeftOutAndNamedUpToTheLimit() {
        table(5000);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users max-failures=5
                UPDATE users SET n = n + 1, shown = 1 / ((id / 3) % 1000) WHERE id BETWEEN :from AND :to;""");

        List<String> noted = new ArrayList<>();
        builder()
                .listener(event -> {
                    if (event instanceof MigrationEvent.Noted told) {
                        noted.add(told.problem().text());
                    }
                })
                .build()
                .migrate()
                .orThrow();

        // it counts as applied, so this is all that a person hears of it
        assertThat(noted).singleElement().asString().contains("5 rows could not", "retry-failures " + NAME);
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(4995);
        assertThat(
                        database.query(
                                "SELECT record_key[1] AS k, sql_state, attempts FROM schema_migration_failures ORDER BY record_key[1]::int"))
                .extracting(row -> row.get("k") + " " + row.get("sql_state") + " " + row.get("attempts"))
                .containsExactly("3000 22012 1", "6000 22012 1", "9000 22012 1", "12000 22012 1", "15000 22012 1");
        assertThat(checkpoint()).containsEntry("rows_failed", 5L).containsEntry("rows_done", 4995L);
        assertThat(database.value(
                        "SELECT metadata->>'recordsFailed' FROM schema_migrations WHERE version = '20250201'",
                        String.class))
                .isEqualTo("5");
    }

    @Test
    void beyondTheLimitItFailsAndGoesOnThereWhenItIsMended() {
        table(3000);
        folder.write(NAME + ".sql", """
                -- migrator: batch table=users max-failures=1
                UPDATE users SET n = n + 1, shown = 1 / ((id / 3) % 1000) WHERE id BETWEEN :from AND :to;""");

        Problem problem = failure(builder().build().migrate());

        assertThat(problem.description())
                .contains("at key 6000")
                .contains("division by zero")
                .contains("1999 rows before it");
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(1998);
        assertThat(
                        database.query(
                                "SELECT status, sql_state, records_processed FROM schema_migrations WHERE version = '20250201'"))
                .containsExactly(Map.of("status", "failed", "sql_state", "22012", "records_processed", 1998L));

        folder.write(NAME + ".sql", """
                -- migrator: batch table=users max-failures=1
                UPDATE users SET n = n + 1 WHERE id BETWEEN :from AND :to;""");
        builder().build().migrate().orThrow();

        assertThat(database.query("SELECT n, count(*) AS c FROM users GROUP BY n ORDER BY n"))
                .containsExactly(Map.of("n", 0, "c", 1L), Map.of("n", 1, "c", 2999L));
    }

    @Test
    void anotherTableThanTheOneBegunIsRefusedUntilReset() {
        table(100);
        folder.write("002-other.sql", "CREATE TABLE other (id int PRIMARY KEY);");
        folder.write(
                NAME + ".sql",
                "-- migrator: batch table=users size=10\nUPDATE users SET n = 1 / (id - 150) WHERE id BETWEEN :from AND :to;");
        failure(builder().build().migrate());

        folder.write(
                NAME + ".sql", "-- migrator: batch table=other\nDELETE FROM other WHERE id BETWEEN :from AND :to;");
        assertThat(failure(builder().build().migrate()).description()).contains("An earlier run has walked over");

        builder().build().amend(new dev.migrator.amend.Amendment.Reset(NAME, "test"));
        builder().build().migrate().orThrow();
    }

    @Test
    void aCheckpointThatIsGoneStopsIt() {
        table(100);
        folder.write(
                NAME + ".sql",
                "-- migrator: batch table=users size=10\nUPDATE users SET n = 1 / (id - 150) WHERE id BETWEEN :from AND :to;");
        failure(builder().build().migrate());
        database.execute("DROP TABLE schema_migration_batches");

        for (int start = 0; start < 3; start++) {
            assertThat(failure(builder().build().migrate()).description()).contains("checkpoint");
        }
    }

    @Test
    void aRowThatSomebodyHasLockedDoesNotHoldUpTheOthersForLong() throws Exception {
        table(100);
        builder().build().migrate().orThrow();
        folder.write(NAME + ".sql", """
                -- migrator: lock-timeout=50ms
                -- migrator: batch table=users max-failures=1
                UPDATE users SET n = n + 1 WHERE id BETWEEN :from AND :to;""");
        try (var other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM users WHERE id = 60 FOR UPDATE");
            builder().build().migrate().orThrow();
        }
        assertThat(database.query("SELECT record_key[1] AS k, sql_state FROM schema_migration_failures"))
                .containsExactly(Map.of("k", "60", "sql_state", "55P03"));
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(99);
    }

    @Test
    void dryRunTellsOfIt() {
        table(10);
        folder.write(
                NAME + ".sql", "-- migrator: batch table=users\nDELETE FROM users WHERE id BETWEEN :from AND :to;");

        assertThat(builder().build().dryRun().text()).contains("batch by batch over users");
    }

    @Test
    void otherTablesDoNotCountTheTablesOfBatchesAsStrangers() {
        table(10);
        folder.write(
                NAME + ".sql", "-- migrator: batch table=users\nDELETE FROM users WHERE id BETWEEN :from AND :to;");
        builder().build().migrate().orThrow();
        database.execute("DELETE FROM schema_migrations", "DROP TABLE users");

        assertThat(builder().build().migrate().orThrow().applied()).isEqualTo(2);
        assertThat(List.of(checkpoint().get("status"))).containsExactly("done");
    }
}
