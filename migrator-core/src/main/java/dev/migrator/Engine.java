package dev.migrator;

import dev.migrator.amend.Amendment;
import dev.migrator.amend.AmendmentRun;
import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.MigrationRun;
import dev.migrator.execute.MigrationRun.LastLook;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableNames;
import dev.migrator.instance.Instances;
import dev.migrator.phase.OlderInstances;
import dev.migrator.phase.PatientLook;
import dev.migrator.phase.PhasedRun;
import dev.migrator.plan.Planning;
import dev.migrator.postgres.Connector;
import dev.migrator.source.Catalog;
import dev.migrator.source.CodeMigrations;
import dev.migrator.stop.Cancellation;
import java.util.List;
import java.util.function.Supplier;

/** What the facade is made of, and puts together anew for each call: a run, or one for each phase, an amendment, a look. */
record Engine(
        Connector connector,
        TableNames names,
        RunSettings settings,
        Supplier<Catalog> files,
        CodeMigrations code,
        Listeners listeners,
        SchemaChecks schema,
        Instances instances) {

    Engine onBehalfOf(String operator, MigrationListener listener) {
        Listeners all = new Listeners(List.of(listeners, listener));
        RunSettings theirs = settings.withOperator(operator);
        return new Engine(connector, names, theirs, files, code, all, schema.with(theirs, all), instances);
    }

    Looks looks() {
        return new Looks(connector, names, settings, this::catalog);
    }

    Batches batches(RunsInProgress runs) {
        return new Batches(connector, names, settings, this::catalog, listeners, runs);
    }

    void amend(Amendment amendment, Cancellation cancellation) {
        new AmendmentRun(connector, new HistoryTable(names), settings, cancellation).write(amendment, catalog());
    }

    RunReport migrate(MigrateOptions options, AppliedRecord.Run run, Cancellation cancellation) {
        RunSettings patient = options.waits() ? settings : settings.withoutWaiting();
        PatientLook look = patientLook(cancellation, run.runId());
        OlderInstances older = new OlderInstances(instances, patient.lockWait(), look);
        String named = options.only();
        if (named == null) {
            return new PhasedRun(
                            (planning, last, in) -> run(in, last, cancellation).run(files, code::addTo, planning, run),
                            patient,
                            older)
                    .phases(options.over(settings.planOptions()));
        }
        Catalog known = catalog();
        return new PhasedRun(
                        (planning, last, in) ->
                                run(in, last, cancellation).run(() -> known, found -> found, planning, run),
                        patient,
                        older)
                .named(options.over(settings.planOptions()), known.phaseOf(named));
    }

    /** Not beside a background migration, which may be at work on what is taken back. */
    RunReport rollback(Planning planning, AppliedRecord.Run run, Cancellation cancellation) {
        return run(settings.alone(), LastLook.NONE, cancellation).run(files, code::addTo, planning, run);
    }

    PatientLook patientLook(Cancellation cancellation, String runId) {
        return new PatientLook(settings.connectionRetry(), listeners, cancellation, runId);
    }

    private MigrationRun run(RunSettings in, LastLook last, Cancellation cancellation) {
        HistoryTable table = new HistoryTable(names);
        return new MigrationRun(connector, table, in, listeners, last, schema.afterRun(), cancellation);
    }

    private Catalog catalog() {
        return code.addTo(files.get());
    }
}
