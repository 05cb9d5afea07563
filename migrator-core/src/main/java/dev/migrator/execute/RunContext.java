package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.HeldLock;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.script.PreparedScript;
import java.sql.SQLException;
import java.time.Duration;

/** What every step of a run works with, once the lock is held. */
record RunContext(
        Session session,
        HistoryTable table,
        HeldLock lock,
        RunSettings settings,
        AppliedRecord.Run run,
        Listeners listeners,
        Deadline deadline,
        Conduct conduct) {

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

    /** Whether the server refused because the lock has gone to another node. */
    boolean isLockLost(Sent failed) {
        return table.guardRefused(failed.message().message(), failed.answer());
    }

    AppliedRecord record(PreparedScript script) {
        PlanStep.Run step = script.step();
        return AppliedRecord.of(script.migration(), step.attempt(), step.previous(), run);
    }

    /** How often the script is tried again when the server gives way to others. */
    RetryPolicy lockRetry(PreparedScript script) {
        Integer retries = script.migration().directives().retries();
        return retries == null ? settings.lockRetry() : settings.lockRetry().withRetries(retries);
    }

    void tellRetry(PreparedScript script, Sent failed, Duration pause) {
        Problem problem =
                FailureText.of(failed.message(), failed.answer()).problem("It was rolled back and is tried again.", "");
        listeners.on(new MigrationEvent.MigrationRetried(
                run.runId(), script.migration().name(), problem, pause));
    }

    /** What {@code pg_stat_activity} shows while the migration runs, and those who wait for the lock are told. */
    String showInActivity(PreparedScript script) {
        String activity = "migrator: " + settings.application() + " " + script.name();
        lock.worksOn(activity);
        return "SET LOCAL application_name = " + Sql.literal(activity);
    }

    /** Brings the new session to where every migration starts. */
    void startSession() throws SQLException {
        Message message = new Message();
        conduct.addStart(message);
        SQLException error = message.isEmpty() ? null : send(message).error();
        if (error != null) {
            throw error;
        }
    }

    /** Cleans the session after a migration, back to the start. */
    void addCleanup(Message message) {
        conduct.addCleanup(message);
    }
}
