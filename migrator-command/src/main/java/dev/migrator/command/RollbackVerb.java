package dev.migrator.command;

import dev.migrator.DryRunReport;
import dev.migrator.Migrator;
import dev.migrator.RollbackOptions;
import dev.migrator.command.answer.Progress;
import dev.migrator.problem.Problems;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "rollback",
        header = "Takes applied migrations back, the one applied last first.",
        description = {
            "Each one by its NAME.down.sql, in one transaction with its removal from the history; the log keeps both for"
                    + " ever. Without a number it is the last one. When one of them has no way back, nothing is done.",
            "",
            "The recommended way is forward: a new migration that changes what is wrong. A rollback loses the data that"
                    + " came in between."
        })
final class RollbackVerb extends LookingVerb {

    @ArgGroup
    private @Nullable Extent extent;

    /** How far back; one of them. */
    static final class Extent {

        @Option(names = "--steps", paramLabel = "N", description = "How many; 1 where nothing is said.")
        private @Nullable Integer steps;

        @Option(
                names = "--to",
                paramLabel = "NAME",
                completionCandidates = Names.class,
                description = "The migration that is to be the last one again; it stays.")
        private @Nullable String to;
    }

    @Option(names = "--dry-run", description = "Say what would be taken back; change nothing.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Needed where nobody can be asked.")
    private boolean yes;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the log.")
    private @Nullable String reason;

    RollbackVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        Migrator migrator = migrator(new Progress(console(), json()));
        RollbackOptions options = options(migrator);
        DryRunReport plan = migrator.rollbackDryRun(options);
        new Problems().addAll(plan.problems()).throwIfErrors();
        if (dryRun) {
            return new Outcome(console(), json()).ofPlan(plan, "There is nothing to take back.");
        }
        String names = plan.scripts().stream().map(script -> script.migration()).collect(Collectors.joining(", "));
        console().confirm("Take back " + names + "?", yes);
        return new Outcome(console(), json()).of(migrator.rollback(options.because(reason)));
    }

    private RollbackOptions options(Migrator migrator) {
        if (extent != null && extent.to != null) {
            return RollbackOptions.to(migrator.resolve(extent.to));
        }
        return extent == null || extent.steps == null ? RollbackOptions.lastOne() : RollbackOptions.steps(extent.steps);
    }
}
