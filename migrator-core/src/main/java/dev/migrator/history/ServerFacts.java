package dev.migrator.history;

import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the session and the server are, read together with the history.
 *
 * @param workingPid the process that answers; behind a transaction pooler not the one that accepted the connection
 * @param currentSchema the first existing schema of the search path, or null when there is none
 * @param searchPath as the session has it
 * @param readOnly a standby, or a database or role that is read-only by default
 */
public record ServerFacts(
        int workingPid,
        String database,
        String user,
        @Nullable String currentSchema,
        String searchPath,
        boolean inRecovery,
        boolean readOnly) {

    /**
     * How migrations find this session, which was just opened, and leave it.
     *
     * @param schema where the service wants its migrations to start, or null
     */
    public Conduct conduct(Session session, @Nullable String schema) throws SQLException {
        return Conduct.of(session, workingPid, searchPath, schema);
    }
}
