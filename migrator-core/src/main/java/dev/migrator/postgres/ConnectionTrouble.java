package dev.migrator.postgres;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says in one sentence why the database cannot be reached, without ever repeating a secret. */
public final class ConnectionTrouble {

    /** What the driver does not go on with: no password where one is asked for, no TLS where it is needed. */
    private static final String REJECTED = "08004";

    private ConnectionTrouble() {}

    public static MigratorException explain(SQLException e, ConnectionDetails details) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        Problem problem = Problem.error(codeOf(state), details.place(), description(e, state), action(state, details));
        return new MigratorException(problem, withoutSecrets(e));
    }

    /** For a session that was open: the server refused a statement of the tool itself. */
    public static MigratorException refused(SQLException e, ConnectionDetails details) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean rights = SqlState.INSUFFICIENT_PRIVILEGE.equals(state);
        Problem problem = Problem.error(
                rights ? ProblemCode.NO_PRIVILEGE : ProblemCode.CONNECTION,
                details.place(),
                "The server refused a statement of the migration tool: " + ServerText.line(e) + " (SQLSTATE " + state
                        + ")",
                refusedAction(state, rights));
        return new MigratorException(problem, withoutSecrets(e));
    }

    private static String refusedAction(String state, boolean rights) {
        if (rights) {
            return "Grant the role what it needs: USAGE on the schema, and its rights on the tracking tables.";
        }
        if (SqlState.LOCK_NOT_AVAILABLE.equals(state)) {
            return "Another session holds a table's lock, as ALTER TABLE, VACUUM FULL and LOCK do: see who in pg_locks, and"
                    + " try again when that one is done.";
        }
        String limit = ServerLimit.advice(state);
        return limit != null ? limit : "What was applied is in the history; mend the cause and start again.";
    }

    private static ProblemCode codeOf(String state) {
        return "08P01".equals(state) ? ProblemCode.POOLED_CONNECTION : ProblemCode.CONNECTION;
    }

    private static String description(SQLException e, String state) {
        return "The database can't be used: " + ServerText.line(e) + network(e)
                + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")");
    }

    /** Of a network's trouble the driver says little more than that there is one; of a refusal it says enough. */
    private static String network(SQLException e) {
        if (e.getCause() instanceof UnknownHostException unknown) {
            return " There is no host \"" + SafeText.line(String.valueOf(unknown.getMessage())) + "\".";
        }
        String cause = e.getCause() instanceof IOException trouble ? trouble.getMessage() : null;
        if (cause == null
                || cause.contains("refused")
                || String.valueOf(e.getMessage()).contains(cause)) {
            return "";
        }
        return " " + SafeText.line(cause) + ".";
    }

    private static String action(String state, ConnectionDetails details) {
        String user = details.username() == null ? "the user of the URL" : "user \"" + details.username() + "\"";
        return switch (state) {
            case "28P01", "28000" -> "Check the name and password of " + user + ", and pg_hba.conf of the server.";
            case "3D000" -> "Create the database, or correct its name in the URL.";
            case "42501" -> "GRANT CONNECT ON DATABASE … TO the role of " + user + ".";
            case "53300" -> "The server has no free connection: raise max_connections or close some, then start again.";
            case "57P03" -> "The server is starting up or shutting down: start again when it is ready.";
            case "08P01" ->
                "A connection pooler that refuses start-up options stands in between: give a direct address"
                        + " of the server in migrator.url.";
            case REJECTED ->
                details.password() == null && !details.has("password")
                        ? "Give the password of " + user + ": in the URL, or in migrator.password."
                        : "The server answers, and rejects this kind of connection: see its pg_hba.conf, and sslmode"
                                + " in the URL.";
            case "08001", "08006" ->
                details.hosts() > 1
                        ? "Check that one of the servers runs and is the primary, and hosts and ports of the URL."
                        : "Check that the server runs, and host and port of the URL.";
            default -> {
                String limit = ServerLimit.advice(state);
                yield limit != null ? limit : "Check the connection settings.";
            }
        };
    }

    /** The driver repeats a URL that it cannot parse, password included: such an exception goes no further. */
    private static @Nullable Throwable withoutSecrets(SQLException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String message = t.getMessage();
            if (message != null
                    && (message.contains("jdbc:") || !SafeText.of(message).equals(message))) {
                return null;
            }
        }
        return e;
    }
}
