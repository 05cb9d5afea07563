package dev.migrator.command;

import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.Screen;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The one entry: runs the verb that the arguments name, and returns its exit code. */
public final class Commands {

    private static final List<String> VERBS = List.of(
            "migrate",
            "status",
            "list",
            "pending",
            "validate",
            "run",
            "create",
            "rollback",
            "skip",
            "reset",
            "accept",
            "baseline",
            "batches",
            "pause",
            "resume",
            "cancel",
            "failures",
            "retry-failures",
            "locks",
            "log",
            "drift",
            "reconcile",
            "diff");

    private Commands() {}

    public static int run(List<String> arguments, CommandEnvironment environment) {
        return commandLine(arguments, environment).execute(arguments.toArray(String[]::new));
    }

    /** With every verb, for a shell that completes and explains them. */
    public static CommandLine all(CommandEnvironment environment) {
        return commandLine(List.of(), environment);
    }

    /** Only the verbs that the arguments mention are made, unless they mention none: each one has its share of a start. */
    private static CommandLine commandLine(List<String> arguments, CommandEnvironment environment) {
        Set<String> known = new LinkedHashSet<>(VERBS);
        known.addAll(environment.verbs().keySet());
        CommandLine root = new CommandLine(new RootVerb(environment));
        root.setCommandName(environment.program());
        if (environment.options() != null) {
            root.addMixin("options", environment.options());
        }
        boolean one = arguments.stream().anyMatch(VERBS::contains);
        for (String name : known) {
            if (!one || arguments.contains(name)) {
                Supplier<Object> own = environment.verbs().get(name);
                root.addSubcommand(name, own == null ? verb(name, environment) : own.get());
            }
        }
        Screen screen = environment.screen();
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setOut(screen.out())
                .setErr(screen.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        screen.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> failed(failure, command, parsed.originalArgs()))
                .setParameterExceptionHandler(new UsageFailure(known, environment));
        HelpText.install(root, environment);
        return root;
    }

    private static Verb verb(String name, CommandEnvironment environment) {
        return switch (name) {
            case "migrate" -> new MigrateVerb(environment);
            case "status" -> new StatusVerb(environment);
            case "list" -> new ListVerb.All(environment);
            case "pending" -> new ListVerb.Pending(environment);
            case "validate" -> new ValidateVerb(environment);
            case "run" -> new RunVerb(environment);
            case "create" -> new CreateVerb(environment);
            case "rollback" -> new RollbackVerb(environment);
            case "skip" -> new DecisionVerb.Skip(environment);
            case "reset" -> new DecisionVerb.Reset(environment);
            case "accept" -> new DecisionVerb.Accept(environment);
            case "baseline" -> new DecisionVerb.Baseline(environment);
            case "batches" -> new BatchVerb.All(environment);
            case "pause" -> new BatchVerb.Pause(environment);
            case "resume" -> new BatchVerb.Resume(environment);
            case "cancel" -> new BatchVerb.Cancel(environment);
            case "failures" -> new BatchVerb.Failures(environment);
            case "retry-failures" -> new BatchVerb.Retry(environment);
            case "locks" -> new LocksVerb(environment);
            case "log" -> new LogVerb(environment);
            case "drift" -> new SchemaVerb.Drift(environment);
            case "reconcile" -> new SchemaVerb.Reconcile(environment);
            case "diff" -> new SchemaVerb.Diff(environment);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Tells what kept a face from running any verb. */
    public static int refused(MigratorException failure, Screen screen, boolean json) {
        int exitCode = ExitCode.of(failure);
        Console console = new Console(screen);
        if (json) {
            console.json(Documents.failure(exitCode, failure.problems()));
        }
        console.problems(failure.problems());
        return exitCode;
    }

    /** Also where the verb could not be understood. */
    static boolean wantsJson(List<String> words) {
        return words.contains("--json");
    }

    private static int failed(Exception failure, CommandLine command, List<String> words) {
        RootVerb root = (RootVerb) command.getCommandSpec().root().userObject();
        Console console = root.console();
        boolean known = failure instanceof MigratorException;
        List<Problem> problems = failure instanceof MigratorException explained
                ? explained.problems()
                : List.of(Problem.error(
                        ProblemCode.UNEXPECTED,
                        command.getCommandName(),
                        "unexpected: " + SafeText.of(failure.toString()),
                        root.isVerbose()
                                ? "Report it, with the stack trace below."
                                : "Run it again with --verbose and report what it shows."));
        int exitCode = known ? ExitCode.of(problems) : ExitCode.FAILED;
        if (wantsJson(words)) {
            console.json(Documents.failure(exitCode, problems));
        }
        console.problems(problems);
        if (root.isVerbose()) {
            failure.printStackTrace(console.screen().err());
            console.screen().err().flush();
        }
        return exitCode;
    }
}
