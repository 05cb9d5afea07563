package dev.migrator.command;

import dev.migrator.DryRunReport;
import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.command.answer.Progress;
import dev.migrator.directive.Phase;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Nearest;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "migrate",
        header = "Runs what is pending, in order.",
        description = {
            "Each migration is one transaction together with its record; what fails is rolled back, recorded, and tried"
                    + " again by the next run. Other sessions that migrate are waited for. Nothing pending costs one"
                    + " query.",
            "",
            "Migrations of phase=background are run too, after the others; those of phase=post-deploy only with"
                    + " --phase=post-deploy, which waits for the end of older instances as long as migrator.lock.timeout"
                    + " says.",
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

    @Option(
            names = "--phase",
            paramLabel = "PHASE",
            split = ",",
            description = "Only these: pre-deploy (all that says nothing of a phase), background, post-deploy.")
    private List<String> phases = List.of();

    @Mixin
    private Reason reason = new Reason();

    MigrateVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        Set<Phase> wanted = wanted();
        Migrator migrator = migrator(new Progress(console(), json()));
        MigrateOptions all = target == null ? MigrateOptions.ALL : MigrateOptions.upTo(migrator.resolve(target));
        MigrateOptions options = wanted.isEmpty() ? all : all.in(wanted);
        if (dryRun) {
            return plan(migrator.dryRun(options));
        }
        console().confirmWrite("Run the pending migrations?");
        return new Outcome(console(), json()).of(migrator.migrate(options.because(reason.given())));
    }

    private Set<Phase> wanted() {
        Set<Phase> wanted = EnumSet.noneOf(Phase.class);
        for (String text : phases) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            wanted.add(Phase.of(word).orElseThrow(() -> unknown(word)));
        }
        return wanted;
    }

    private static MigratorException unknown(String word) {
        String nearest = Nearest.of(word, Phase.texts());
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                "--phase",
                "There is no phase '" + SafeText.line(word) + "'.",
                nearest == null ? "Use " + String.join(", ", Phase.texts()) + "." : "Probably meant: " + nearest));
    }

    private int plan(DryRunReport report) {
        return new Outcome(console(), json()).ofPlan(report, "Nothing is pending.");
    }
}
