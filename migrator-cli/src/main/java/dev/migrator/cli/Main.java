package dev.migrator.cli;

import dev.migrator.cli.deploy.DeployVerb;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.Interruption;
import dev.migrator.command.answer.Screen;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;

/** The process: its streams, its terminal, its interruption, its end. */
public final class Main {

    /** Held, because the log manager forgets a logger that nobody holds, and its level with it. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private Main() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        quiet(words);
        Interruption interruption = Interruption.ofProcess("by Ctrl-C or the end of the process");
        PrintWriter err = writer(FileDescriptor.err);
        Screen screen = Screen.ofProcess(writer(FileDescriptor.out), err);
        Options options = new Options();
        Connected connected = new Connected(options, System::getenv, prompt(System.console(), err), interruption);
        System.exit(interruption.during(() -> Commands.run(words, environment(screen, options, connected))));
    }

    private static CommandEnvironment environment(Screen screen, Options options, Connected connected) {
        Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
        verbs.put("deploy", () -> new DeployVerb(screen, () -> endpointKey(options)));
        verbs.put("shell", () -> new ShellVerb(screen, options, connected));
        verbs.put("generate-completion", AutoComplete.GenerateCompletion::new);
        return new CommandEnvironment("migrator", connected, screen, connected::newFiles, options, verbs);
    }

    /** Of the environment first: whoever only deploys has no database, and nobody reads its settings then. */
    private static @Nullable String endpointKey(Options options) {
        for (String variable : List.of("MIGRATOR_ENDPOINT_KEY", "DEVELOPER_KEY")) {
            String value = System.getenv(variable);
            if (value != null && !value.isBlank()) {
                return value;
            }
        }
        Options.Setting key = Settings.of(options, System::getenv).get(Property.ENDPOINT_KEY.text());
        return key == null ? null : key.text();
    }

    /** Before any logger is made: nothing is logged, or with verbose everything, to the error stream. */
    private static void quiet(List<String> words) {
        boolean verbose = words.contains("--verbose") || words.contains("-v");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "debug" : "off");
        if (!verbose) {
            System.setProperty("slf4j.internal.verbosity", "ERROR");
            DRIVER.setLevel(Level.OFF);
        }
    }

    /** In UTF-8 whatever the locale: what comes out is read by machines too. */
    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), false, StandardCharsets.UTF_8);
    }

    private static Password.Prompt prompt(@Nullable Console console, PrintWriter err) {
        return new Password.Prompt() {
            @Override
            public char @Nullable [] password(String question) {
                return console == null ? null : console.readPassword("%s", question);
            }

            @Override
            public void warn(String text) {
                err.println(text);
                err.flush();
            }
        };
    }
}
