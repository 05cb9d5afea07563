package dev.migrator.faultsuite;

import dev.migrator.testkit.MigrationFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Migrations that count themselves: each writes its numbers into the table {@code effects}, which takes every number as
 * often as it comes. So what took effect twice is there twice, and what was lost is not there. No transaction of theirs
 * fails because its work is done already: nothing but the tool keeps them from being applied twice.
 *
 * <p>A set takes about a second, so that there is a middle to be struck in.
 */
enum FaultSet {
    /** A transaction each; small ones share messages, every third goes alone. */
    TRANSACTIONAL,
    /** Statement by statement, with an index that is built concurrently in the middle. */
    STATEMENTWISE,
    /** Both in turn, and a batched one over 500 rows. */
    MIXED;

    static final int SIZE = 12;

    private static final int BATCHED = 9;
    private static final int ROWS = 500;

    void write(MigrationFolder folder) {
        for (int k = 1; k <= SIZE; k++) {
            folder.write(String.format(Locale.ROOT, "%03d-step.sql", k), text(k));
        }
    }

    private String text(int k) {
        String first = k == 1 ? "CREATE TABLE IF NOT EXISTS effects (k int);\n" : "";
        if (this == MIXED && k == BATCHED) {
            return """
                    -- migrator: batch table=items size=50
                    INSERT INTO effects SELECT 1000 + id FROM items WHERE id BETWEEN :from AND :to;
                    """;
        }
        return isStatementwise(k) ? statementwise(first, k) : transactional(first, k);
    }

    private boolean isStatementwise(int k) {
        return this == STATEMENTWISE || this == MIXED && k % 2 == 0;
    }

    private static String statementwise(String first, int k) {
        return "-- migrator: no-transaction\n" + first + String.format(Locale.ROOT, """
                INSERT INTO effects VALUES (%1$d);
                CREATE TABLE IF NOT EXISTS t%1$d (id int);
                INSERT INTO t%1$d SELECT generate_series(1, 2000);
                CREATE INDEX CONCURRENTLY i%1$d ON t%1$d (id);
                SELECT pg_sleep(%2$s);
                BEGIN;
                INSERT INTO effects VALUES (100 + %1$d);
                CREATE TABLE IF NOT EXISTS u%1$d (id int);
                COMMIT;
                """, k, k == 4 ? "0.15" : "0.02");
    }

    private String transactional(String first, int k) {
        String items = this == MIXED && k == BATCHED - 2
                ? "CREATE TABLE IF NOT EXISTS items (id int PRIMARY KEY);\n"
                        + "INSERT INTO items SELECT generate_series(1, " + ROWS + ") ON CONFLICT DO NOTHING;\n"
                : "";
        return (k % 3 == 0 ? "-- migrator: retries=20\n" : "")
                + first
                + items
                + String.format(Locale.ROOT, """
                INSERT INTO effects VALUES (%1$d);
                CREATE TABLE IF NOT EXISTS t%1$d (id int);
                SELECT pg_sleep(%2$s);
                COPY t%1$d FROM STDIN;
                1
                2
                \\.
                INSERT INTO effects SELECT 100 + %1$d FROM t%1$d WHERE id = 2;
                """, k, k == 3 ? "0.15" : "0.05");
    }

    /** The numbers that must be there, each once. */
    List<Integer> effects() {
        List<Integer> all = new ArrayList<>();
        for (int k = 1; k <= SIZE; k++) {
            if (this == MIXED && k == BATCHED) {
                for (int row = 1; row <= ROWS; row++) {
                    all.add(1000 + row);
                }
            } else {
                all.add(k);
                all.add(100 + k);
            }
        }
        return all;
    }

    /** The indexes that must be there. */
    List<String> indexes() {
        List<String> all = new ArrayList<>();
        for (int k = 1; k <= SIZE; k++) {
            if (isStatementwise(k)) {
                all.add("i" + k);
            }
        }
        return all;
    }
}
