package dev.migrator.stop;

import dev.migrator.postgres.ServerLimit;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The session is gone. Whether its last COMMIT arrived is not known here; the history knows, and is read again through
 * another session.
 */
public final class ConnectionLost extends MigratorException {

    public ConnectionLost(@Nullable SQLException cause) {
        super(
                Problem.error(
                        ProblemCode.CONNECTION,
                        "database session",
                        "The connection was lost during the run: "
                                + SafeText.line(cause == null ? "no answer" : String.valueOf(cause.getMessage())),
                        action(cause)),
                cause);
    }

    private static String action(@Nullable SQLException cause) {
        String limit = ServerLimit.advice(cause == null ? null : cause.getSQLState());
        return limit != null
                ? limit
                : "Start again when the server is reachable: what was not committed is rolled back, what was is recorded.";
    }
}
