package dev.migrator;

import dev.migrator.data.Rehearsal;
import dev.migrator.data.Rehearsals;
import dev.migrator.execute.Inspection;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.script.PlannedScript;
import dev.migrator.script.ThroughPooler;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run would do: reads every file, and calls what is in Java and rolls it back. */
record DryRunLook(Session session, Inspection inspection, RunSettings settings, HistoryTable table) {

    /** @param schema where the service wants its migrations to start, or null */
    DryRunReport report(@Nullable String schema) throws SQLException {
        Problems found = new Problems();
        List<PlannedScript> scripts = scripts(found);
        boolean tries = found.all().stream().noneMatch(Problem::isError);
        return new DryRunReport(scripts, tries ? rehearsals(schema) : List.of(), found.all());
    }

    /** What would run, without calling what is in Java. */
    DryRunReport plan() {
        Problems found = new Problems();
        return new DryRunReport(scripts(found), List.of(), found.all());
    }

    /** Every finding that needs no migration to be called. */
    List<Problem> problems() {
        Problems found = new Problems();
        scripts(found);
        return found.all();
    }

    private List<PlannedScript> scripts(Problems found) {
        found.addAll(inspection.problems());
        List<PlannedScript> scripts = PlannedScript.of(inspection.plan().runs(), found);
        if (inspection.isPooled()) {
            found.addAll(ThroughPooler.problems(scripts));
        }
        return scripts;
    }

    private List<Rehearsal> rehearsals(@Nullable String schema) throws SQLException {
        Conduct conduct = inspection.history().facts().conduct(session, schema);
        return new Rehearsals(session, conduct, table, settings.batches(), settings.parameters()).of(inspection.plan());
    }
}
