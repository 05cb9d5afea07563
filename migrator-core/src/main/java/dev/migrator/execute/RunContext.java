package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Hygiene;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.script.PreparedScript;

/** What every step of a run works with, once the lock is held. */
record RunContext(
        Session session,
        HistoryTable table,
        AdvisoryLock lock,
        RunSettings settings,
        AppliedRecord.Run run,
        Listeners listeners,
        Deadline deadline,
        String startPath) {

    /** Sends a message; a lost connection ends the session's part of the run. */
    Answer send(Message message) {
        Answer answer = session.send(message);
        if (answer.lostConnection()) {
            throw new ConnectionLost(answer.error());
        }
        return answer;
    }

    AppliedRecord record(PreparedScript script) {
        PlanStep.Run step = script.step();
        return AppliedRecord.of(script.migration(), step.attempt(), step.previous(), run);
    }

    /** What {@code pg_stat_activity} shows while the migration runs. */
    String showInActivity(PreparedScript script) {
        return "SET LOCAL application_name = "
                + Sql.literal("migrator: " + settings.application() + " " + script.name());
    }

    /** Cleans the session after a migration; the path is where every migration starts. */
    void addCleanup(Message message) {
        Hygiene.addTo(message);
        if (!startPath.isEmpty()) {
            message.add(startPath);
        }
    }
}
