package dev.migrator.reconcile;

import dev.migrator.execute.RetryPolicy;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.LockLost;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends what belongs to a step. What the server refuses is rolled back and is an answer; a lost connection or lock is
 * thrown, because it ends all steps.
 */
final class StepWire {

    private final Place place;
    private final Session session;
    private final Cancellation cancellation;

    /** @param place with the lock held */
    StepWire(Place place, Cancellation cancellation) {
        this.place = place;
        this.session = place.session();
        this.cancellation = cancellation;
    }

    /** One try; returns what the server refused, or null. */
    interface Attempt {
        @Nullable
        SQLException make() throws SQLException;
    }

    /** Gives way to others as migrations do. */
    @Nullable
    SQLException retrying(Attempt attempt) throws SQLException {
        RetryPolicy policy = place.settings().lockRetry();
        for (int tries = 1; ; tries++) {
            SQLException error = attempt.make();
            if (error == null || !SqlState.mayRunAgain(error.getSQLState()) || !policy.allows(tries)) {
                return error;
            }
            if (!cancellation.pause(policy.pauseAfter(tries))) {
                return error;
            }
        }
    }

    /** Where the next statement carries no record whose guard would tell. */
    void refuseLostLock() throws SQLException {
        Message guard = new Message();
        place.table().addGuard(guard);
        sendAll(guard);
    }

    /** What must not be refused. */
    void sendAll(Message message) throws SQLException {
        SQLException error = message.isEmpty() ? null : send(message);
        if (error != null) {
            throw error;
        }
    }

    /** What a request to cancel may end. */
    @Nullable
    SQLException sendWork(Message message) throws SQLException {
        return refusal(message, cancellation.send(session, message));
    }

    @Nullable
    SQLException send(Message message) throws SQLException {
        return refusal(message, session.send(message));
    }

    /** What the server refused, or null; a lost connection or lock ends it all. */
    @Nullable
    SQLException refusal(Message message, Answer answer) throws SQLException {
        SQLException error = answer.error();
        if (error == null) {
            return null;
        }
        if (answer.lostConnection()) {
            throw error;
        }
        if (session.inTransaction()) {
            session.execute("ROLLBACK");
        }
        if (place.table().guardRefused(message, answer)) {
            throw new LockLost("expected schema");
        }
        return error;
    }
}
