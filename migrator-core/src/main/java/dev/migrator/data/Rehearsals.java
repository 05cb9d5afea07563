package dev.migrator.data;

import dev.migrator.event.Listeners;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.DataMigration;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls pending migrations in Java for a dry run, each in a transaction that is rolled back. */
public final class Rehearsals {

    private static final String ACTIVITY = "SET LOCAL application_name = 'migrator: dry run'";

    private Rehearsals() {}

    /** @param conduct how migrations find the session and leave it */
    public static List<Rehearsal> of(Plan plan, Session session, Conduct conduct, Map<String, String> parameters)
            throws SQLException {
        TransactionFrame frame = new TransactionFrame(conduct, ACTIVITY);
        DataRun run = new DataRun(session, "dry run", new Listeners(List.of()), new Cancellation(), parameters, frame);
        List<Rehearsal> rehearsals = new ArrayList<>();
        for (PlanStep.Run step : plan.runs()) {
            if (!step.takesBack()
                    && step.migration() instanceof CodeMigration migration
                    && migration.code() instanceof DataMigration code) {
                Message clean = new Message();
                conduct.addCleanup(clean);
                run.sendOrThrow(clean);
                rehearsals.add(new CodeExecution(run, migration).rehearse(code));
            }
        }
        return rehearsals;
    }
}
