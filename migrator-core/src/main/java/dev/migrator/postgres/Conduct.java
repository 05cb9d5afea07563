package dev.migrator.postgres;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a migration finds its session, and how it is left. In a session of our own, settings are made once and stay. Behind
 * a pooler the server process is another one with each message, and is shared with the application: there settings belong
 * to a transaction, and nothing is made or taken away that could be somebody else's.
 */
public final class Conduct {

    private final boolean pooled;
    private final Map<String, String> settings;

    private Conduct(boolean pooled, Map<String, String> settings) {
        this.pooled = pooled;
        this.settings = settings;
    }

    /**
     * @param workingPid the server process that has answered
     * @param searchPath as the session had it when it was opened
     * @param schema where the service wants its migrations to start, or null
     */
    public static Conduct of(Session session, int workingPid, String searchPath, @Nullable String schema)
            throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        boolean pooled = session.isPooled(workingPid);
        if (pooled) {
            // what the connection else asks for at its start
            settings.put(
                    "lock_timeout",
                    Long.toString(session.settings().lockTimeout().toMillis()));
            settings.put(
                    "statement_timeout",
                    Long.toString(session.settings().statementTimeout().toMillis()));
            settings.put("idle_in_transaction_session_timeout", "0");
        }
        if (schema != null) {
            // there first, then where the role would look
            boolean nowhere = searchPath.isBlank() || searchPath.equals("\"\"");
            settings.put("search_path", Sql.identifier(schema) + (nowhere ? "" : ", " + searchPath));
        }
        if (session.serverVersion() >= Connector.KNOWS_TRANSACTION_TIMEOUT) {
            // no limit of the role or database on a whole transaction
            settings.put("transaction_timeout", "0");
        }
        return new Conduct(pooled, settings);
    }

    public boolean isPooled() {
        return pooled;
    }

    /** At the start of the session. */
    public void addStart(Message message) {
        if (!pooled) {
            settings.forEach((name, value) -> message.add("SET " + name + " = " + value));
        }
    }

    /** After the BEGIN of each migration. */
    public void addLocal(Message message) {
        if (pooled) {
            settings.forEach((name, value) -> message.add("SET LOCAL " + name + " = " + value));
        }
    }

    /** After each migration, back to the start. */
    public void addCleanup(Message message) {
        if (pooled) {
            Hygiene.addSharedTo(message);
        } else {
            Hygiene.addTo(message);
        }
        addStart(message);
    }
}
