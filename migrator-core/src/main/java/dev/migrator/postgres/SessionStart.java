package dev.migrator.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How every migration finds the session, beyond what the connection asked for at its start. */
public final class SessionStart {

    private static final int KNOWS_TRANSACTION_TIMEOUT = 170000;

    private SessionStart() {}

    /**
     * If the service names a schema: there first, then where the role would look. And no limit of the role or database on
     * a whole transaction, which older servers don't know.
     *
     * @param searchPath as the session had it when it was opened
     */
    public static List<String> statements(Session session, @Nullable String schema, String searchPath)
            throws SQLException {
        List<String> start = new ArrayList<>();
        if (schema != null) {
            boolean nowhere = searchPath.isBlank() || searchPath.equals("\"\"");
            start.add("SET search_path = " + Sql.identifier(schema) + (nowhere ? "" : ", " + searchPath));
        }
        if (session.serverVersion() >= KNOWS_TRANSACTION_TIMEOUT) {
            start.add("SET transaction_timeout = 0");
        }
        return start;
    }
}
