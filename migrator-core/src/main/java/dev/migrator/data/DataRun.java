package dev.migrator.data;

import dev.migrator.event.Listeners;
import dev.migrator.hook.AfterEach;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a data migration is run with.
 *
 * @param parameters what the operator has set for migrations, by name
 * @param frame how each of its transactions begins and ends
 * @param afterEach what is committed with its record
 */
public record DataRun(
        Session session,
        String runId,
        Listeners listeners,
        Cancellation cancellation,
        Map<String, String> parameters,
        TransactionFrame frame,
        AfterEach afterEach) {

    /** For what no hook belongs to. */
    public DataRun(
            Session session,
            String runId,
            Listeners listeners,
            Cancellation cancellation,
            Map<String, String> parameters,
            TransactionFrame frame) {
        this(session, runId, listeners, cancellation, parameters, frame, AfterEach.NONE);
    }

    /** Sends a message of ours. A lost connection is thrown, so that the whole run can look again. */
    Answer send(Message message) throws SQLException {
        Answer answer = session.send(message);
        if (answer.lostConnection()) {
            throw lost(answer.error());
        }
        return answer;
    }

    void sendOrThrow(Message message) throws SQLException {
        send(message).orThrow();
    }

    /** What only reads, but as the migration itself would: unqualified names mean the same. */
    <T> T reading(Reading<T> reading) throws SQLException {
        Message begin = new Message();
        frame.addBegin(begin);
        sendOrThrow(begin);
        try {
            return reading.read();
        } finally {
            frame.rollBack(session);
        }
    }

    interface Reading<T> {
        T read() throws SQLException;
    }

    /** Whatever the code made of it, a session that is gone is trouble with the connection and nothing else. */
    void refuseLost(@Nullable Throwable cause) throws SQLException {
        if (session.isLost()) {
            throw lost(cause);
        }
    }

    private static SQLException lost(@Nullable Throwable cause) {
        return cause instanceof SQLException error && SqlState.isConnectionTrouble(error)
                ? error
                : new SQLException("the connection was lost while a data migration ran", "08006", cause);
    }
}
