package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Hygiene;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.script.PreparedScript;
import dev.migrator.script.PreparedStep;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What every step of a run works with, once the lock is held. */
record RunContext(
        Session session,
        HistoryTable table,
        AdvisoryLock lock,
        RunSettings settings,
        AppliedRecord.Run run,
        Listeners listeners,
        Deadline deadline,
        List<String> start) {

    /** Sends a message; a lost connection ends the session's part of the run. */
    Answer send(Message message) {
        Answer answer = session.send(message);
        if (answer.lostConnection()) {
            throw lost(answer);
        }
        return answer;
    }

    MigratorException lost(Answer answer) {
        String unreadable = session.unreadable();
        return unreadable == null ? new ConnectionLost(answer.error()) : new SessionUnreadable(unreadable);
    }

    AppliedRecord record(PreparedStep script) {
        PlanStep.Run step = script.step();
        return AppliedRecord.of(script.migration(), step.attempt(), step.previous(), run);
    }

    /** How often the script is tried again when the server gives way to others. */
    RetryPolicy lockRetry(PreparedStep script) {
        Integer retries = script.migration().directives().retries();
        return retries == null ? settings.lockRetry() : settings.lockRetry().withRetries(retries);
    }

    void tellRetry(PreparedScript script, Sent failed, Duration pause) {
        Problem problem =
                FailureText.of(failed.message(), failed.answer()).problem("It was rolled back and is tried again.", "");
        listeners.on(new MigrationEvent.MigrationRetried(
                run.runId(), script.migration().name(), problem, pause));
    }

    /** What {@code pg_stat_activity} shows while the migration runs. */
    String showInActivity(PreparedStep script) {
        return "SET LOCAL application_name = "
                + Sql.literal("migrator: " + settings.application() + " " + script.name());
    }

    /** Brings the new session to where every migration starts. */
    void startSession() throws SQLException {
        Message message = new Message();
        start.forEach(message::add);
        SQLException error = message.isEmpty() ? null : send(message).error();
        if (error != null) {
            throw error;
        }
    }

    /** Cleans the session after a migration, back to the start. */
    void addCleanup(Message message) {
        Hygiene.addTo(message);
        start.forEach(message::add);
    }
}
