package dev.migrator.command;

import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.Screen;
import dev.migrator.command.answer.Style;
import dev.migrator.problem.MigratorException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

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
            "locks",
            "log");

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
        root.setOut(screen.out())
                .setErr(screen.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        screen.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
                .setParameterExceptionHandler(new UsageFailure(known));
        HelpText.install(root);
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
            case "skip" -> new AmendVerb.Skip(environment);
            case "reset" -> new AmendVerb.Reset(environment);
            case "accept" -> new AmendVerb.Accept(environment);
            case "baseline" -> new AmendVerb.Baseline(environment);
            case "locks" -> new LocksVerb(environment);
            case "log" -> new LogVerb(environment);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static int failed(Exception failure, CommandLine command) {
        CommandSpec root = command.getCommandSpec().root();
        RootVerb verb = (RootVerb) root.userObject();
        Console console = verb.console();
        int exitCode = ExitCode.FAILED;
        if (failure instanceof MigratorException known) {
            exitCode = ExitCode.of(known);
            if (command.getCommand() instanceof Verb asked && asked.json()) {
                console.json(Documents.failure(exitCode, known.problems()));
            }
            console.problems(known.problems());
        } else {
            console.aside(console.styled(Style.BAD, "error") + ": unexpected: " + failure
                    + (verb.isVerbose() ? "" : "\n  -> Run it again with --verbose and report what it shows."));
        }
        if (verb.isVerbose()) {
            failure.printStackTrace(console.screen().err());
            console.screen().err().flush();
        }
        return exitCode;
    }
}
