package dev.migrator.faultsuite;

import dev.migrator.faults.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a database says after a round, through a session of its own.
 *
 * @param twice effects and successes that are there more than once
 * @param missing effects, successes and indexes that are not there
 * @param left locks, leases, sessions, INVALID indexes and prepared transactions that are still there
 */
record Facts(List<String> twice, List<String> missing, List<String> left) {

    private static final String LEFT = """
            SELECT 'advisory lock of pid ' || pid FROM pg_locks
             WHERE locktype = 'advisory'
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            UNION ALL
            SELECT 'INVALID index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
            UNION ALL
            SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts WHERE database = current_database()
            UNION ALL
            SELECT 'session in transaction: ' || application_name FROM pg_stat_activity
             WHERE datname = current_database() AND application_name LIKE 'migrator%' AND xact_start IS NOT NULL""";

    private static final String LEASES =
            "SELECT 'lease of ' || owner FROM migration_locks WHERE expires_at > clock_timestamp()";

    boolean isClean() {
        return twice.isEmpty() && missing.isEmpty() && left.isEmpty();
    }

    /** Waits a little for the server to notice that sessions have ended. */
    static Facts of(String url, FaultSet set) {
        try {
            Await.until("nothing is left", () -> now(url, set).left().isEmpty());
        } catch (AssertionError e) {
            return now(url, set);
        }
        return now(url, set);
    }

    static Facts now(String url, FaultSet set) {
        try (Connection connection = DriverManager.getConnection(url)) {
            List<String> twice = texts(connection, """
                    SELECT 'effect ' || k FROM effects GROUP BY k HAVING count(*) > 1
                    UNION ALL
                    SELECT 'success of ' || migration_name FROM schema_migrations_log WHERE outcome = 'success'
                     GROUP BY migration_name HAVING count(*) > 1""");
            return new Facts(twice, missing(connection, set), left(connection));
        } catch (SQLException e) {
            throw new IllegalStateException("Nobody can look at " + url.replaceAll("\\?.*", ""), e);
        }
    }

    private static List<String> missing(Connection connection, FaultSet set) throws SQLException {
        Set<String> there = new HashSet<>(texts(connection, """
                SELECT 'effect ' || k FROM effects
                UNION ALL
                SELECT 'success of ' || version FROM schema_migrations WHERE status = 'success'
                UNION ALL
                SELECT 'index ' || relname FROM pg_class WHERE relkind = 'i'"""));
        List<String> missing = new ArrayList<>();
        set.effects().forEach(k -> missing.add("effect " + k));
        set.indexes().forEach(index -> missing.add("index " + index));
        for (int k = 1; k <= FaultSet.SIZE; k++) {
            missing.add("success of " + (k < 10 ? "00" : "0") + k);
        }
        missing.removeAll(there);
        return missing;
    }

    private static List<String> left(Connection connection) throws SQLException {
        boolean leases = "t"
                .equals(texts(connection, "SELECT to_regclass('migration_locks') IS NOT NULL")
                        .get(0));
        return texts(connection, leases ? LEFT + " UNION ALL " + LEASES : LEFT);
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
