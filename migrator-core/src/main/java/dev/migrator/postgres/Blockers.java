package dev.migrator.postgres;

import dev.migrator.problem.SafeText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a session waits for. Any role may ask; what others run, the server shows to itself and to monitoring roles only. */
public final class Blockers {

    private static final String OF = """
            SELECT b.pid, a.usename, a.application_name, a.state, a.query,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change) AS in_state,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) AS in_transaction
              FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids(?)) AS pid) b
              LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
             ORDER BY a.xact_start NULLS LAST, b.pid""";

    private static final int LONGEST_QUERY = 200;

    private Blockers() {}

    /** Empty when it waits for nobody. */
    public static List<Blocker> of(Session session, int pid) throws SQLException {
        return session.query(OF, Blockers::read, pid);
    }

    private static Blocker read(ResultSet row) throws SQLException {
        int pid = row.getInt("pid");
        if (pid == 0) {
            return new Blocker(
                    0,
                    "unknown",
                    "a prepared transaction",
                    "prepared",
                    null,
                    null,
                    "see pg_prepared_xacts for its name");
        }
        String state = row.getString("state");
        return new Blocker(
                pid,
                orUnknown(row.getString("usename")),
                orUnknown(row.getString("application_name")),
                state,
                duration(row, "in_state"),
                duration(row, "in_transaction"),
                state == null ? null : shortened(row.getString("query")));
    }

    private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
    }

    private static String orUnknown(@Nullable String text) {
        return text == null || text.isEmpty() ? "unknown" : text;
    }

    /** Masked before it is cut: half a secret would not be recognised. */
    private static @Nullable String shortened(@Nullable String query) {
        if (query == null) {
            return null;
        }
        String line =
                SafeText.line(SafeText.withoutPasswordsOf(query, query).strip().replaceAll("\\s+", " "));
        return line.length() > LONGEST_QUERY ? line.substring(0, LONGEST_QUERY) + "…" : line;
    }
}
