package dev.migrator.cli.deploy;

import dev.migrator.command.ExitCode;
import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.Screen;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.setting.SettingText;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy}: in a pipeline, after the service was started. */
@Command(
        name = "deploy",
        header = "Runs what is pending through the endpoint of a running service.",
        description = {
            "Waits until the service answers, asks its endpoint what is pending, runs it there, follows it and tells what"
                    + " became of it. Needs no access to the database.",
            "",
            "The service sets management.endpoint.migrations.access=unrestricted and migrator.endpoint.key."
        })
public final class DeployVerb implements Callable<Integer> {

    private final Console console;
    private final Supplier<@Nullable String> knownKey;

    @Option(
            names = "--backend-url",
            required = true,
            paramLabel = "URL",
            description = "Where the service answers: https://host, or http://host:8080.")
    private String url = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The service's migrator.endpoint.key; rather in DEVELOPER_KEY or MIGRATOR_ENDPOINT_KEY: everybody"
                            + " on this machine sees the process list.")
    private @Nullable String key;

    @Option(
            names = "--actuator-path",
            paramLabel = "PATH",
            description = "The actuator's base path; /actuator where nothing is said.")
    private String actuatorPath = "/actuator";

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "How long to wait for the service, such as 30s or 10m; 5m where nothing is said.")
    private String wait = "5m";

    @Option(names = "--dry-run", description = "Say what would run there, and every problem; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--warn-only",
            description = "Never fail the deployment: a failure is a warning, the exit code is 0.")
    private boolean warnOnly;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the log.")
    private String reason = "deploy";

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    private boolean help;

    /** @param knownKey of environment or file; asked only without {@code --key} */
    public DeployVerb(Screen screen, Supplier<@Nullable String> knownKey) {
        this.console = new Console(screen);
        this.knownKey = knownKey;
    }

    @Override
    public Integer call() {
        int exitCode;
        try {
            exitCode = deployment().run(dryRun, reason);
        } catch (MigratorException e) {
            exitCode = ExitCode.of(e);
            if (json) {
                console.json(Documents.failure(exitCode, e.problems()));
            }
            console.problems(e.problems());
        }
        if (exitCode == ExitCode.DONE || !warnOnly) {
            return exitCode;
        }
        console.aside("WARNING: THE MIGRATIONS ARE NOT DONE (exit code " + exitCode
                + "). The deployment goes on with the old schema, because of --warn-only.");
        return ExitCode.DONE;
    }

    private Deployment deployment() {
        Backend backend = Backend.at(url, actuatorPath, key());
        if (backend.isReadable()) {
            console.aside("warning: the key travels unencrypted.\n  -> Use https.");
        }
        SettingText limit = new SettingText("--wait", "The option --wait", "Correct it.", wait);
        return new Deployment(backend, console, json, limit.asDuration(ChronoUnit.SECONDS));
    }

    private String key() {
        String given = key;
        if (given != null) {
            console.aside("warning: the key is on the command line: everybody on this machine sees the process list.\n"
                    + "  -> Set DEVELOPER_KEY in the environment instead.");
        } else {
            given = knownKey.get();
        }
        if (given == null || given.isBlank()) {
            throw refused("No key is given.", "Set DEVELOPER_KEY to the service's migrator.endpoint.key.");
        }
        String stripped = given.strip();
        if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw refused(
                    "The key has characters that no header can have.",
                    "Take one of letters, digits and signs, for the service too.");
        }
        return stripped;
    }

    private static MigratorException refused(String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.INVALID_SETTING, "the key", description, action));
    }
}
