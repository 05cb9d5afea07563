package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent index work has a limit where one is set, cleans up after itself, and touches nobody else's indexes. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class IndexWorkTest {

    private MigrationFolder folder;

    @BeforeEach
    void table(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        folder.write(
                "001-table.sql",
                "CREATE TABLE t (id int, word text);\nINSERT INTO t VALUES (1, 'a'), (2, 'b');\nCREATE TABLE o (id int);");
        migrate(database).orThrow();
    }

    private RunReport migrate(TestDatabase database) {
        return migrate(database, Duration.ZERO);
    }

    private RunReport migrate(TestDatabase database, Duration indexTimeout) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .indexTimeout(indexTimeout)
                .build()
                .migrate();
    }

    private static Problem failure(RunReport report) {
        assertThat(report.failed()).isEqualTo(1);
        return Objects.requireNonNull(report.results().get(0).problem());
    }

    private static List<String> invalid(TestDatabase database) {
        return database
                .query("SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1")
                .stream()
                .map(row -> String.valueOf(row.get("name")))
                .toList();
    }

    /** Who holds the table holds up the removal, too: what is left is told, and goes first at the next start. */
    @Test
    void pastItsDeadlineItIsCancelledAndWhatMustWaitIsRemovedByTheNextStart(TestDatabase database) throws Exception {
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        try (OpenTransaction other = OpenTransaction.of(database, "UPDATE t SET word = 'c' WHERE id = 1")) {
            int pid = other.pid();

            Problem first = failure(migrate(database, Duration.ofSeconds(3)));

            assertThat(first.description())
                    .contains(
                            "It was cancelled after 3000 ms: migrator.ddl.index-timeout.",
                            "Last seen: waiting for writers before build, waits for pid " + pid,
                            "Its INVALID index \"t_word\" is still there: removing it has to wait for pid " + pid,
                            "The next start removes it before it builds.");
            assertThat(invalid(database)).containsExactly("t_word");

            assertThat(failure(migrate(database, Duration.ofSeconds(3))).description())
                    .contains("It was cancelled after 3000 ms", "waits for pid " + pid);
            other.rollback();
        }

        migrate(database, Duration.ofSeconds(30)).orThrow();

        assertThat(invalid(database)).isEmpty();
        assertThat(database.exists("t_word")).isTrue();
    }

    /** An old snapshot holds up the build, but nobody has the table. */
    @Test
    void whatCanGoAtOnceIsRemovedAtOnce(TestDatabase database) throws Exception {
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        try (OpenTransaction other = OpenTransaction.of(
                database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM o")) {

            assertThat(failure(migrate(database, Duration.ofSeconds(3))).description())
                    .contains("waiting for old snapshots", "Its INVALID index \"t_word\" was removed.");
            assertThat(invalid(database)).isEmpty();
            assertThat(database.exists("t_word")).isFalse();
            other.rollback();
        }
        migrate(database).orThrow();
        assertThat(database.exists("t_word")).isTrue();
    }

    /** The server does not show to the service's role what another role builds. */
    @Test
    void anIndexThatAnotherRoleIsBuildingIsNotTakenForALeftover(TestDatabase database) throws Exception {
        String service = database.createUser("service");
        database.execute(
                "ALTER TABLE t OWNER TO " + service,
                "GRANT CREATE ON SCHEMA public TO " + service,
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + service);
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        CompletableFuture<Void> byHand;
        CompletableFuture<RunReport> run;
        int built;
        try (OpenTransaction other = OpenTransaction.of(database, "UPDATE t SET word = 'c' WHERE id = 1")) {
            byHand = CompletableFuture.runAsync(() -> database.execute("CREATE INDEX CONCURRENTLY t_word ON t (word)"));
            Await.until("it is built by hand", () -> invalid(database).equals(List.of("t_word")));
            built = database.value("SELECT 't_word'::regclass::oid::int", Integer.class);
            run = CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.urlFor(service), folder.location())
                    .build()
                    .migrate());
            Await.until(
                    "the service waits for the builder",
                    () -> database.value(
                            "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name LIKE 'migrator%' AND wait_event_type = 'Lock'",
                            Boolean.class));
            other.rollback();
        }
        byHand.get(60, TimeUnit.SECONDS);

        assertThat(failure(run.get(60, TimeUnit.SECONDS)).description()).contains("already exists");
        assertThat(database.value("SELECT 't_word'::regclass::oid::int", Integer.class))
                .isEqualTo(built);
        assertThat(invalid(database)).isEmpty();
    }

    @Test
    void aLimitThatIsNotReachedChangesNothing(TestDatabase database) {
        folder.write(
                "002-index.sql",
                "SET statement_timeout = '12345ms';\nCREATE INDEX CONCURRENTLY t_word ON t (word);\n"
                        + "INSERT INTO o SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout';");

        migrate(database, Duration.ofSeconds(30)).orThrow();

        assertThat(database.value("SELECT id FROM o", Integer.class)).isEqualTo(12345);
    }

    @Test
    void duplicatesAreCountedAndNothingIsLeft(TestDatabase database) {
        database.execute(
                "INSERT INTO t SELECT g % 8, 'X' || g % 8 FROM generate_series(0, 31) g",
                "INSERT INTO t VALUES (3, 'x3'), (100, NULL), (100, NULL)");
        folder.write("002-unique.sql", "CREATE UNIQUE INDEX CONCURRENTLY t_u ON t (lower(word), id) WHERE id > 1;");

        assertThat(failure(migrate(database)).description())
                .contains(
                        "is duplicated",
                        "Duplicates:\n    (lower(word), id)=(x3, 3): 5 rows\n    (lower(word), id)=(x2, 2): 4 rows\n",
                        "    and more\n",
                        "Its INVALID index \"t_u\" was removed.")
                .doesNotContain("(100)");
        assertThat(invalid(database)).isEmpty();
        assertThat(database.value("SELECT count(*) FROM schema_migrations_log WHERE detail LIKE '%x3%'", Integer.class))
                .isZero();

        database.execute("DELETE FROM t WHERE ctid NOT IN (SELECT min(ctid) FROM t GROUP BY lower(word), id)");
        migrate(database).orThrow();
        assertThat(database.exists("t_u")).isTrue();
    }

    private static void cutShort(TestDatabase database, String reindex) throws SQLException {
        try (OpenTransaction holder = OpenTransaction.of(
                        database, "UPDATE t SET word = word", "LOCK TABLE parted IN ACCESS SHARE MODE");
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SET statement_timeout = '500ms'");
            assertThatThrownBy(() -> statement.execute(reindex)).hasMessageContaining("statement timeout");
        }
    }

    @Test
    void leftoversOfReindexingAreRemovedAndOnlyThoseOfItsIndexOrTable(TestDatabase database) throws Exception {
        String longName = "an_index_whose_name_is_as_long_as_the_server_lets_a_name_be_abc";
        database.execute(
                "CREATE INDEX t_id ON t (id)",
                "CREATE INDEX t_id2 ON t (id)",
                "CREATE INDEX " + longName + " ON t (word)",
                "CREATE TABLE parted (id int, word text) PARTITION BY LIST (id)",
                "CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)",
                "INSERT INTO parted VALUES (1, 'a')",
                "CREATE INDEX parted_id ON parted (id)");
        cutShort(database, "REINDEX INDEX CONCURRENTLY t_id");
        cutShort(database, "REINDEX INDEX CONCURRENTLY t_id");
        cutShort(database, "REINDEX INDEX CONCURRENTLY t_id2");
        cutShort(database, "REINDEX INDEX CONCURRENTLY " + longName);
        cutShort(database, "REINDEX TABLE CONCURRENTLY parted");
        List<String> left = invalid(database);
        assertThat(left).contains("t_id_ccnew", "t_id_ccnew1", "t_id2_ccnew", "part_id_idx_ccold");
        String ofLongName = left.stream()
                .filter(name -> name.startsWith("an_index"))
                .findFirst()
                .orElseThrow();
        assertThat(left).anyMatch(name -> name.startsWith("pg_toast."));

        folder.write("002-reindex.sql", "REINDEX INDEX CONCURRENTLY t_id;");
        migrate(database).orThrow();
        assertThat(invalid(database)).contains("t_id2_ccnew", ofLongName).doesNotContain("t_id_ccnew", "t_id_ccnew1");

        folder.write("003-reindex.sql", "REINDEX INDEX CONCURRENTLY " + longName + ";");
        migrate(database).orThrow();
        assertThat(invalid(database)).contains("t_id2_ccnew").doesNotContain(ofLongName);

        folder.write("004-reindex.sql", "REINDEX TABLE CONCURRENTLY t;");
        migrate(database).orThrow();
        assertThat(invalid(database)).contains("part_id_idx_ccold").noneMatch(name -> name.startsWith("t_id"));

        folder.write("005-reindex.sql", "REINDEX TABLE CONCURRENTLY parted;");
        migrate(database).orThrow();
        assertThat(invalid(database)).isEmpty();
    }

    @Test
    void aReindexPastItsDeadlineLeavesNothing(TestDatabase database) throws Exception {
        database.execute("CREATE INDEX t_id ON t (id)");
        folder.write("002-reindex.sql", "REINDEX TABLE CONCURRENTLY t;");
        try (OpenTransaction other = OpenTransaction.of(
                database, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM o")) {

            assertThat(failure(migrate(database, Duration.ofSeconds(3))).description())
                    .contains("It was cancelled after 3000 ms", "was removed");
            assertThat(invalid(database)).isEmpty();
            other.rollback();
        }
        migrate(database).orThrow();
        assertThat(invalid(database)).isEmpty();
    }

    /** As a pool leaves it: nobody gave the connection a name. */
    @Test
    void aConnectionOfTheServicesOwnPoolIsCalledThat(TestDatabase database) throws Exception {
        folder.write("002-index.sql", "CREATE INDEX CONCURRENTLY t_word ON t (word);");
        try (Connection pooled = database.dataSource().getConnection();
                Statement statement = pooled.createStatement()) {
            pooled.setAutoCommit(false);
            statement.execute("SET application_name = 'PostgreSQL JDBC Driver'");
            statement.execute("UPDATE t SET word = word");

            assertThat(failure(migrate(database, Duration.ofSeconds(3))).description())
                    .contains("by its address this service's own connection pool, idle in transaction");
            pooled.rollback();
        }
    }
}
