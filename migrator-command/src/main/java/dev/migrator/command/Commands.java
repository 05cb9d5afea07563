package dev.migrator.command;

import dev.migrator.problem.MigratorException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The one entry: runs the verb that the arguments name, and returns its exit code. */
public final class Commands {

    private static final Map<String, Function<CommandEnvironment, Verb>> VERBS = new LinkedHashMap<>();

    static {
        VERBS.put("migrate", MigrateVerb::new);
        VERBS.put("status", StatusVerb::new);
        VERBS.put("list", ListVerb.All::new);
        VERBS.put("pending", ListVerb.Pending::new);
        VERBS.put("validate", ValidateVerb::new);
        VERBS.put("run", RunVerb::new);
        VERBS.put("create", CreateVerb::new);
        VERBS.put("rollback", RollbackVerb::new);
        VERBS.put("skip", AmendVerb.Skip::new);
        VERBS.put("reset", AmendVerb.Reset::new);
        VERBS.put("accept", AmendVerb.Accept::new);
        VERBS.put("baseline", AmendVerb.Baseline::new);
        VERBS.put("locks", LocksVerb::new);
        VERBS.put("log", LogVerb::new);
    }

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
        Map<String, Supplier<Object>> known = known(environment);
        Set<String> chosen = new LinkedHashSet<>(arguments);
        chosen.retainAll(known.keySet());
        CommandLine root = new CommandLine(new RootVerb(environment));
        root.setCommandName(environment.program());
        if (environment.options() != null) {
            root.addMixin("options", environment.options());
        }
        boolean one = !chosen.isEmpty() && !environment.verbs().keySet().containsAll(chosen);
        known.forEach((name, verb) -> {
            if (!one || chosen.contains(name)) {
                root.addSubcommand(name, verb.get());
            }
        });
        Screen screen = environment.screen();
        root.setOut(screen.out())
                .setErr(screen.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        screen.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
                .setParameterExceptionHandler(new UsageFailure(known.keySet()));
        HelpText.install(root);
        return root;
    }

    private static Map<String, Supplier<Object>> known(CommandEnvironment environment) {
        Map<String, Supplier<Object>> known = new LinkedHashMap<>();
        VERBS.forEach((name, verb) -> known.put(name, () -> verb.apply(environment)));
        known.putAll(environment.verbs());
        return known;
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
