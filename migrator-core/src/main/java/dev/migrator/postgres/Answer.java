package dev.migrator.postgres;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server said to a {@link Message}.
 *
 * @param completed how many of its statements were done, from the first
 * @param rows how many rows they touched or returned together
 * @param notices what the server remarked (RAISE NOTICE, "already exists, skipping")
 * @param unreplicated a COMMIT waited for a synchronous standby and was cancelled: it is done, but only here
 * @param error why it stopped, or null when all were done
 * @param lostConnection the session is gone: nobody knows whether a COMMIT in the message arrived
 */
public record Answer(
        int completed,
        long rows,
        List<String> notices,
        boolean unreplicated,
        @Nullable SQLException error,
        boolean lostConnection) {

    public boolean isComplete() {
        return error == null;
    }

    public @Nullable String sqlState() {
        return error == null ? null : error.getSQLState();
    }

    public @Nullable ServerErrorMessage serverMessage() {
        return error instanceof PSQLException e ? e.getServerErrorMessage() : null;
    }
}
