package dev.migrator.command;

import dev.migrator.DryRunReport;
import dev.migrator.Migrator;
import dev.migrator.RollbackOptions;
import dev.migrator.command.answer.Progress;
import dev.migrator.problem.Problems;
import dev.migrator.script.PlannedScript;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rollback",
        header = "Takes applied migrations back, the one applied last first.",
        description = {
            "Each one by its NAME.down.sql, in one transaction with its removal from the history; the log keeps both for"
                    + " ever. Without a number it is the last one. When one of them has no way back, nothing is done.",
            "",
            "What was shown is what is taken back: when somebody else changes the history meanwhile, it refuses. A script"
                    + " names what stays with --to, so that a second run takes nothing more back.",
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
            description = "The answer, given beforehand: do not ask, not even in the shell. Needed where nobody can be"
                    + " asked.")
    private boolean yes;

    @Mixin
    private Reason reason = new Reason();

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
        List<String> names =
                plan.scripts().stream().map(PlannedScript::migration).toList();
        console().confirm("Take back " + String.join(", ", names) + "?", yes);
        RollbackOptions confirmed = RollbackOptions.exactly(names).because(reason.given());
        return new Outcome(console(), json()).of(migrator.rollback(confirmed));
    }

    private RollbackOptions options(Migrator migrator) {
        if (extent != null && extent.to != null) {
            return RollbackOptions.to(migrator.resolve(extent.to));
        }
        return extent == null || extent.steps == null ? RollbackOptions.lastOne() : RollbackOptions.steps(extent.steps);
    }
}
