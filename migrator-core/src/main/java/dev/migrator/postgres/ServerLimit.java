package dev.migrator.postgres;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of time by which a server ends a session or a statement: its message does not always say which setting it was. */
public final class ServerLimit {

    private static final Map<String, String> SETTINGS = Map.of(
            "25P03", "idle_in_transaction_session_timeout",
            "25P04", "transaction_timeout",
            "57P05", "idle_session_timeout",
            SqlState.QUERY_CANCELED, "statement_timeout");

    private ServerLimit() {}

    /** What to do about a session, or a statement of ours, that a limit has ended; null when it was no limit. */
    public static @Nullable String advice(@Nullable String state) {
        String setting = state == null ? null : SETTINGS.get(state);
        if (setting == null) {
            return null;
        }
        String person = SqlState.QUERY_CANCELED.equals(state) ? ", if no person has cancelled it," : "";
        return setting + person + " has ended it: the role, the database, the server or a file has set it, too short for"
                + " migrations. Lift it for the role that migrates (ALTER ROLE … SET " + setting
                + " = 0), then start again: what was applied is recorded.";
    }
}
