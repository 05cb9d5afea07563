package dev.migrator.command;

import dev.migrator.DryRunReport;
import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.command.answer.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "migrate",
        header = "Runs what is pending, in order.",
        description = {
            "Each migration is one transaction together with its record; what fails is rolled back, recorded, and tried"
                    + " again by the next run. Other sessions that migrate are waited for. Nothing pending costs one"
                    + " query.",
            "",
            "Look first with --dry-run: it changes nothing and takes no lock."
        })
final class MigrateVerb extends LookingVerb {

    @Option(names = "--dry-run", description = "Say what would run, and every problem; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "The last migration to run; a part of its name that fits only one is enough.")
    private @Nullable String target;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the log.")
    private @Nullable String reason;

    MigrateVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        Migrator migrator = migrator(new Progress(console(), json()));
        MigrateOptions options = target == null ? MigrateOptions.ALL : MigrateOptions.upTo(migrator.resolve(target));
        if (dryRun) {
            return plan(migrator.dryRun(options));
        }
        console().confirmWrite("Run the pending migrations?");
        return new Outcome(console(), json()).of(migrator.migrate(options.because(reason)));
    }

    private int plan(DryRunReport report) {
        return new Outcome(console(), json()).ofPlan(report, "Nothing is pending.");
    }
}
