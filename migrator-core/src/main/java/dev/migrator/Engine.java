package dev.migrator;

import dev.migrator.amend.Amendment;
import dev.migrator.amend.AmendmentRun;
import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.MigrationRun;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableNames;
import dev.migrator.instance.Instances;
import dev.migrator.phase.OlderInstances;
import dev.migrator.phase.PhasedRun;
import dev.migrator.plan.Planning;
import dev.migrator.postgres.Connector;
import dev.migrator.source.Catalog;
import dev.migrator.source.CodeMigrations;
import dev.migrator.stop.Cancellation;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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
        OlderInstances older = new OlderInstances(instances, patient.lockWait(), listeners, cancellation, run.runId());
        String named = options.only();
        if (named == null) {
            return new PhasedRun((planning, in) -> run(planning, run, in, cancellation), patient, older)
                    .phases(options.over(settings.planOptions()));
        }
        Catalog known = catalog();
        return new PhasedRun(
                        (planning, in) -> run(in, cancellation).run(() -> known, found -> found, planning, run),
                        patient,
                        older)
                .named(options.over(settings.planOptions()), known.phaseOf(named));
    }

    /** Not beside a background migration, which may be at work on what is taken back. */
    RunReport rollback(Planning planning, AppliedRecord.Run run, Cancellation cancellation) {
        return run(planning, run, settings.alone(), cancellation);
    }

    private RunReport run(Planning planning, AppliedRecord.Run run, RunSettings in, Cancellation cancellation) {
        UnaryOperator<Catalog> withCode = code::addTo;
        return run(in, cancellation).run(files, withCode, planning, run);
    }

    private MigrationRun run(RunSettings in, Cancellation cancellation) {
        return new MigrationRun(connector, new HistoryTable(names), in, listeners, schema.afterRun(), cancellation);
    }

    private Catalog catalog() {
        return code.addTo(files.get());
    }
}
