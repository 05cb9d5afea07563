package dev.migrator.data;

import dev.migrator.batch.BatchSettings;
import dev.migrator.event.Listeners;
import dev.migrator.history.HistoryTable;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.DataMigration;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.problem.Problems;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tries pending data migrations for a dry run, each in a transaction that is rolled back.
 *
 * @param conduct how migrations find the session and leave it
 * @param table where the checkpoints of interrupted batches are
 */
public record Rehearsals(
        Session session, Conduct conduct, HistoryTable table, BatchSettings batches, Map<String, String> parameters) {

    private static final String ACTIVITY = "SET LOCAL application_name = 'migrator: dry run'";

    public List<Rehearsal> of(Plan plan) throws SQLException {
        TransactionFrame frame = new TransactionFrame(conduct, ACTIVITY);
        DataRun run = new DataRun(session, "dry run", new Listeners(List.of()), new Cancellation(), parameters, frame);
        List<Rehearsal> rehearsals = new ArrayList<>();
        for (PlanStep.Run step : plan.runs()) {
            if (step.takesBack()) {
                continue;
            }
            BatchSubject batch = BatchSubject.of(step, new Problems());
            if (batch != null) {
                clean(run);
                rehearsals.add(new BatchRehearsal(run, table, batches, batch).of(step, plan.orphans()));
            } else if (step.migration() instanceof CodeMigration migration
                    && migration.code() instanceof DataMigration code) {
                clean(run);
                rehearsals.add(new CodeExecution(run, migration).rehearse(code));
            }
        }
        return rehearsals;
    }

    private void clean(DataRun run) throws SQLException {
        Message clean = new Message();
        conduct.addCleanup(clean);
        run.sendOrThrow(clean);
    }
}
