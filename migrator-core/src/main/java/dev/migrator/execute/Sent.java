package dev.migrator.execute;

import dev.migrator.postgres.Answer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * How far a group of scripts came.
 *
 * @param committed how many of them, from the first, are committed together with their records
 * @param message the last message that was sent, for finding out what its answer speaks of
 */
record Sent(int committed, ScriptMessage message, Answer answer) {

    static Sent failedAt(ScriptMessage message, SQLException error, boolean lost) {
        return new Sent(0, message, new Answer(0, 0, false, error, lost));
    }

    /** Which statement of the message failed. */
    int failedStatement() {
        return answer.failedStatement(message.message());
    }

    /** Whether the server says where in the message the failure is. */
    boolean hasPosition() {
        ServerErrorMessage server = answer.serverMessage();
        return server != null && server.getPosition() > 0;
    }

    ScriptMessage.@Nullable Origin failedOrigin() {
        return answer.isComplete() ? null : message.origin(failedStatement());
    }
}
