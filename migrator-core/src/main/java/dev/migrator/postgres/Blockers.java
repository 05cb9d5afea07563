package dev.migrator.postgres;

import dev.migrator.problem.SafeText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a session waits for. Any role may ask; what others run, the server shows to itself and to monitoring roles only. */
public final class Blockers {

    /**
     * A session of the same user at the same address, with the service's name or the one that the driver gives where
     * nobody gives a name, is most likely one of the service's own pool.
     */
    private static final String OF = """
            WITH own AS (SELECT * FROM pg_catalog.pg_stat_activity WHERE pid = ?)
            SELECT b.pid, a.usename, a.application_name, a.state, a.query,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change) AS in_state,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) AS in_transaction,
                   COALESCE(a.usename = own.usename AND a.client_addr IS NOT DISTINCT FROM own.client_addr
                       AND (a.application_name = 'PostgreSQL JDBC Driver'
                            OR a.application_name <> '' AND pg_catalog.starts_with(
                                   own.application_name || ' ', 'migrator: ' || a.application_name || ' ')), false)
                       AS of_own_service
              FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids(?)) AS pid) b
              LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
              LEFT JOIN own ON true
             ORDER BY a.xact_start NULLS LAST, b.pid""";

    private static final int LONGEST_QUERY = 200;

    private Blockers() {}

    /** Empty when it waits for nobody. */
    public static List<Blocker> of(Session session, int pid) throws SQLException {
        return session.query(OF, Blockers::read, pid, pid);
    }

    private static Blocker read(ResultSet row) throws SQLException {
        int pid = row.getInt("pid");
        if (pid == Blocker.PREPARED) {
            return new Blocker(
                    Blocker.PREPARED,
                    Blocker.NOBODY,
                    "a prepared transaction",
                    "prepared",
                    null,
                    null,
                    "see pg_prepared_xacts for its name",
                    false);
        }
        String state = row.getString("state");
        return new Blocker(
                pid,
                row.getString("usename") == null ? Blocker.NOBODY : row.getString("usename"),
                orUnknown(row.getString("application_name")),
                state,
                duration(row, "in_state"),
                duration(row, "in_transaction"),
                state == null ? null : shortened(row.getString("query")),
                row.getBoolean("of_own_service"));
    }

    private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
    }

    private static String orUnknown(@Nullable String text) {
        return text == null || text.isEmpty() ? Blocker.NOBODY : text;
    }

    /** Somebody else's statement: its literals are his data. Masked before it is cut. */
    private static @Nullable String shortened(@Nullable String query) {
        if (query == null) {
            return null;
        }
        String masked = SafeText.withoutLiterals(SafeText.withoutPasswordsOf(query, query));
        String line = SafeText.line(masked.strip().replaceAll("\\s+", " "));
        return line.length() > LONGEST_QUERY ? line.substring(0, LONGEST_QUERY) + "…" : line;
    }
}
