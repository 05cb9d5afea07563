package dev.migrator.postgres;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQLSTATEs that change what we do. */
public final class SqlState {

    public static final String UNDEFINED_TABLE = "42P01";
    public static final String UNDEFINED_COLUMN = "42703";
    public static final String UNDEFINED_SCHEMA = "3F000";
    public static final String SYNTAX_ERROR = "42601";
    public static final String NOT_NULL_VIOLATION = "23502";
    public static final String UNIQUE_VIOLATION = "23505";
    public static final String LOCK_NOT_AVAILABLE = "55P03";
    public static final String DEADLOCK = "40P01";
    public static final String SERIALIZATION_FAILURE = "40001";
    public static final String QUERY_CANCELED = "57014";
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    public static final String READ_ONLY_TRANSACTION = "25006";
    public static final String TOO_MANY_CONNECTIONS = "53300";
    public static final String DUPLICATE_OBJECT = "42710";
    public static final String DUPLICATE_TABLE = "42P07";

    /** A session that {@code transaction_timeout} has ended is followed by one that has lifted it. */
    private static final Set<String> ANOTHER_SESSION_MAY_DO =
            Set.of("25P04", "57P01", "57P02", "57P03", "57P05", TOO_MANY_CONNECTIONS);

    /** The transaction was rolled back for the sake of others and may simply be run again. */
    private static final Set<String> AGAIN = Set.of(LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION_FAILURE);

    /** It can't run in a transaction block, or ends the transaction itself. */
    private static final Set<String> NOT_IN_TRANSACTION = Set.of("25001", "2D000");

    /** States of lost connections that another try would only repeat: a pooler's refusal, and what the driver rejects. */
    private static final Set<String> FOR_GOOD = Set.of("08P01", "08004");

    private SqlState() {}

    /** The session is gone, or the server will not have it now: open another one, look at the history, go on. */
    public static boolean isConnectionTrouble(SQLException e) {
        return isConnectionTrouble(e.getSQLState());
    }

    public static boolean isConnectionTrouble(@Nullable String state) {
        return state != null
                && (state.startsWith("08") && !FOR_GOOD.contains(state) || ANOTHER_SESSION_MAY_DO.contains(state));
    }

    public static boolean mayRunAgain(@Nullable String state) {
        return state != null && AGAIN.contains(state);
    }

    public static boolean refusesTransaction(@Nullable String state) {
        return state != null && NOT_IN_TRANSACTION.contains(state);
    }

    /** The first of what was thrown and its causes that comes from the database. */
    public static @Nullable SQLException exceptionIn(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
