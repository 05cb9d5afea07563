package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Twenty migrations that show when one takes effect twice or not at all: the k-th writes k into a table that takes every
 * number as often as it comes. Among them are two that go statement by statement, and rows for COPY.
 */
final class CrashSet {

    static final int SIZE = 20;

    private static final String STEPWISE = """
            INSERT INTO log VALUES (7);
            CREATE INDEX CONCURRENTLY log_k ON log (k);
            CREATE TABLE t7 (id int);
            BEGIN;
            INSERT INTO t7 VALUES (1);
            INSERT INTO t7 VALUES (2);
            COMMIT;
            """;

    private static final String DETECTED = """
            CREATE TABLE t15 (id int);
            COPY t15 FROM STDIN;
            1
            2
            3
            \\.
            CREATE UNIQUE INDEX CONCURRENTLY t15_id ON t15 (id);
            REINDEX INDEX CONCURRENTLY t15_id;
            CREATE INDEX CONCURRENTLY t15_gone ON t15 (id);
            DROP INDEX CONCURRENTLY t15_gone;
            INSERT INTO log VALUES (15);
            """;

    private static final String COPY = """
            CREATE TABLE t12 (id int, word text);
            COPY t12 (id, word) FROM STDIN;
            1\tone
            2\ttwo
            \\.
            INSERT INTO log VALUES (12);
            """;

    private CrashSet() {}

    /** Small files share messages. */
    static void write(MigrationFolder folder) {
        write(folder, "");
    }

    /** Each file travels alone. */
    static void writeApart(MigrationFolder folder) {
        write(folder, "-- migrator: retries=5\n");
    }

    private static void write(MigrationFolder folder, String head) {
        for (int k = 1; k <= SIZE; k++) {
            folder.write(String.format(Locale.ROOT, "%03d-step.sql", k), text(k, head));
        }
    }

    private static String text(int k, String head) {
        return switch (k) {
            case 1 -> head + "CREATE TABLE log (k int);\nINSERT INTO log VALUES (1);\n";
            case 7 -> "-- migrator: no-transaction\n" + STEPWISE;
            case 12 -> head + COPY;
            case 15 -> DETECTED;
            default ->
                head
                        + String.format(
                                Locale.ROOT,
                                "CREATE TABLE t%1$d (id int PRIMARY KEY);\nINSERT INTO log VALUES (%1$d);\n",
                                k)
                        + String.format(Locale.ROOT, "ALTER TABLE t%d ADD COLUMN word text;\n", k);
        };
    }

    /** As before the first run; the database's own creation would cost more. */
    static void clear(TestDatabase database) {
        database.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    }

    static void verify(TestDatabase database, String when) {
        List<Integer> all = IntStream.rangeClosed(1, SIZE).boxed().toList();
        assertThat(database.query("SELECT k FROM log ORDER BY k"))
                .as("effects, %s", when)
                .extracting(row -> (Integer) row.get("k"))
                .isEqualTo(all);
        assertThat(database.query(
                        "SELECT version::int AS k FROM schema_migrations WHERE status = 'success' ORDER BY id"))
                .as("history, %s", when)
                .extracting(row -> (Integer) row.get("k"))
                .isEqualTo(all);
        assertThat(database.query("""
                        SELECT migration_name FROM schema_migrations_log WHERE outcome = 'success'
                         GROUP BY migration_name HAVING count(*) <> 1
                         UNION SELECT migration_name FROM schema_migrations WHERE status <> 'success'"""))
                .as("recorded twice or not done, %s", when)
                .isEmpty();
        assertThat(database.query("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                .as("INVALID indexes, %s", when)
                .isEmpty();
        assertThat(database.query("""
                        SELECT (SELECT count(*) FROM t7) AS t7, (SELECT count(*) FROM t12) AS t12,
                               (SELECT count(*) FROM t15) AS t15, to_regclass('log_k') IS NOT NULL AS log_k,
                               to_regclass('t15_id') IS NOT NULL AS t15_id, to_regclass('t15_gone') IS NULL AS gone"""))
                .as("objects, %s", when)
                .containsExactly(Map.of("t7", 2L, "t12", 2L, "t15", 3L, "log_k", true, "t15_id", true, "gone", true));
    }

    /** Once the sessions of a dead client are gone, so is every lock of theirs. */
    static void verifyNoLock(TestDatabase database, String when) {
        Await.until("no advisory lock, " + when, () -> database.value("""
                SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""", Boolean.class));
    }
}
