package dev.migrator.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the server said to a {@link Message}.
 *
 * @param completed how many of its statements were done, from the first
 * @param rows how many rows they touched or returned together
 * @param unreplicated a COMMIT waited for a synchronous standby and was cancelled: it is done, but only here
 * @param error why it stopped, or null when all were done
 * @param lostConnection the session is gone: nobody knows whether a COMMIT in the message arrived
 */
public record Answer(
        int completed,
        long rows,
        boolean unreplicated,
        @Nullable SQLException error,
        boolean lostConnection) {

    public boolean isComplete() {
        return error == null;
    }

    /** Throws what the server refused. */
    public Answer orThrow() throws SQLException {
        if (error != null) {
            throw error;
        }
        return this;
    }

    public @Nullable String sqlState() {
        return error == null ? null : error.getSQLState();
    }

    public @Nullable ServerErrorMessage serverMessage() {
        return error instanceof PSQLException e ? e.getServerErrorMessage() : null;
    }

    /** The index of the statement that failed: by the server's position where it gives one, else by the count. */
    public int failedStatement(Message message) {
        int offset = offset(message);
        return offset < 0 ? Math.min(completed, message.statements() - 1) : message.statementAt(offset);
    }

    /** Where the failure is in that statement; -1 where the server does not say. */
    public int failedOffset(Message message) {
        int offset = offset(message);
        return offset < 0 ? -1 : offset - message.offsetOf(message.statementAt(offset));
    }

    private int offset(Message message) {
        ServerErrorMessage server = serverMessage();
        return server == null || server.getPosition() <= 0 ? -1 : message.offsetOfCharacter(server.getPosition());
    }
}
