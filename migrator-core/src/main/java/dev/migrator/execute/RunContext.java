package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.event.Listeners;
import dev.migrator.event.LogContext;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.hook.AfterEach;
import dev.migrator.hook.Hooks;
import dev.migrator.lock.HeldLock;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Blocker;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.IndexProgress;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PreparedScript;
import dev.migrator.script.PreparedStep;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.ConnectionLost;
import dev.migrator.stop.SessionUnreadable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every step of a run works with, once the lock is held.
 *
 * @param orphans see {@link dev.migrator.plan.Plan#orphans}
 */
record RunContext(
        Connector connector,
        Session session,
        HistoryTable table,
        HeldLock lock,
        RunScope scope,
        Conduct conduct,
        Hooks hooks,
        Set<String> orphans) {

    RunSettings settings() {
        return scope.settings();
    }

    AppliedRecord.Run run() {
        return scope.run();
    }

    Listeners listeners() {
        return scope.listeners();
    }

    Cancellation cancellation() {
        return scope.cancellation();
    }

    /** Sends what is a migration's own: a request to cancel the run ends it. */
    Answer sendScript(Message message) {
        return alive(cancellation().send(session, message));
    }

    /** Why the run must not begin with it, whoever says so; null while it may. */
    @Nullable
    Problem stopped(String subject) {
        return stopped(subject, "This was not begun.");
    }

    /** Why the run must not go on with it. {@code outcome} says what became of it. */
    @Nullable
    Problem stopped(String subject, String outcome) {
        return cancellation().isRequested() ? cancellation().problem(subject, outcome) : null;
    }

    /** Sends a message of ours, which nobody may cancel; a lost connection ends the session's part of the run. */
    Answer send(Message message) {
        return alive(session.send(message));
    }

    /** A lost connection ends the session's part of the run. */
    Answer alive(Answer answer) {
        if (answer.lostConnection()) {
            throw lost(answer);
        }
        return answer;
    }

    MigratorException lost(Answer answer) {
        String unreadable = session.unreadable();
        return unreadable == null ? new ConnectionLost(answer.error()) : new SessionUnreadable(unreadable);
    }

    /** The server has committed, and was told not to wait for its synchronous standby. */
    void tellIfUnreplicated(Answer answer, List<PreparedScript> committed) {
        if (answer.unreplicated() && !committed.isEmpty()) {
            Problem remark = Problem.warning(
                    ProblemCode.INTERRUPTED,
                    String.join(
                            ", ", committed.stream().map(PreparedScript::name).toList()),
                    "The wait of a COMMIT for the synchronous standby was cancelled: it is committed on this server, but"
                            + " may not have reached the standby.",
                    "Do not fail over before the standby has caught up: pg_stat_replication.");
            listeners().on(new MigrationEvent.Noted(run().runId(), remark));
        }
    }

    /** Whether the server refused because the lock has gone to another node. */
    boolean isLockLost(Sent failed) {
        return table.guardRefused(failed.message().message(), failed.answer());
    }

    AppliedRecord record(PreparedStep script) {
        PlanStep.Run step = script.step();
        return AppliedRecord.of(script.migration(), step.attempt(), step.previous(), run());
    }

    /** What runs with this migration; nothing on its way back. */
    AfterEach afterEach(PreparedStep step) {
        return step.takesBack() ? AfterEach.NONE : AfterEach.of(hooks, step.name(), run().runId());
    }

    /** What puts the session's advisory locks in order after this one, and verifies ours. */
    List<String> tidy(PreparedStep step) {
        boolean hookMay = !step.takesBack() && !hooks.mayShareMessage();
        return lock.tidy(step.mayTakeAdvisoryLocks() || hookMay);
    }

    /** The history's part of the script's own transaction. */
    void addDone(Message message, PreparedStep script, String startedAt) {
        HistoryEntry applied = script.step().previous();
        if (script.takesBack() && applied != null) {
            table.addRollback(message, applied, run(), script.checksum(), startedAt);
        } else {
            table.addSuccess(message, record(script), startedAt);
        }
    }

    /** How often the script is tried again when the server gives way to others. */
    RetryPolicy lockRetry(PreparedStep script) {
        Integer retries = script.directives().retries();
        return retries == null ? settings().lockRetry() : settings().lockRetry().withRetries(retries);
    }

    /** How long concurrent index work of the script may take. */
    AloneRun.Limit indexLimit(PreparedScript script) {
        Duration ofFile = script.directives().statementTimeout();
        return ofFile != null
                ? new AloneRun.Limit(ofFile, "the file's statement-timeout")
                : settings().indexLimit();
    }

    /** @param attempts knows who was in the way, where that was seen */
    void tellRetry(PreparedScript script, Sent failed, LockAttempts attempts, Duration pause) {
        LogContext.enter(script.migration().name(), script.file());
        Problem problem = FailureText.of(failed.message(), failed.answer())
                .problem("It was rolled back and is tried again." + attempts.waitedFor(), "");
        listeners()
                .on(new MigrationEvent.MigrationRetried(
                        run().runId(),
                        script.migration().name(),
                        problem,
                        attempts.blockers().stream().map(Blocker::who).toList(),
                        pause));
    }

    /** How far index work of the script is. On the thread of the watch, which knows nothing of the run. */
    @SuppressWarnings("try") // the log's context is there to be closed
    void tellProgress(PreparedScript script, IndexProgress progress) {
        try (LogContext lines = LogContext.ofRun(run().runId(), settings().instanceId())) {
            LogContext.enter(script.migration().name(), script.file());
            listeners()
                    .on(new MigrationEvent.IndexBuilding(
                            run().runId(), script.migration().name(), progress.describe()));
        }
    }

    /** What {@code pg_stat_activity} shows while the migration runs, and those who wait for the lock read there. */
    String showInActivity(PreparedStep script) {
        return showInActivity(script.name());
    }

    String showInActivity(String what) {
        return "SET LOCAL application_name = "
                + Sql.literal("migrator: " + settings().application() + " " + what);
    }

    /** Brings the new session to where every migration starts. */
    void startSession() throws SQLException {
        Message message = new Message();
        conduct.addStart(message);
        if (!message.isEmpty()) {
            send(message).orThrow();
        }
    }

    /** Cleans the session after a migration, back to the start. */
    void addCleanup(Message message) {
        conduct.addCleanup(message);
    }
}
