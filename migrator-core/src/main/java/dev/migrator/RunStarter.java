package dev.migrator;

import dev.migrator.event.Listeners;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The facade's part that begins runs: one, or one for each phase. */
record RunStarter(
        Connector connector,
        TableNames names,
        RunSettings settings,
        Supplier<Catalog> files,
        CodeMigrations code,
        Listeners listeners,
        SchemaChecks schema,
        Instances instances) {

    RunReport migrate(MigrateOptions options, AppliedRecord.Run run, Cancellation cancellation) {
        RunSettings patient = options.waits() ? settings : settings.withoutWaiting();
        OlderInstances older = new OlderInstances(instances, patient.lockWait(), listeners, cancellation, run.runId());
        String named = options.only();
        if (named == null) {
            return new PhasedRun((planning, in) -> run(planning, run, in, cancellation), patient, older)
                    .phases(options.over(settings.planOptions()));
        }
        Catalog known = code.addTo(files.get());
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
}
