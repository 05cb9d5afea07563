package dev.migrator.cli;

import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.answer.Screen;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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
        CountDownLatch ended = new CountDownLatch(1);
        Console console = System.console();
        boolean unwanted = !System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        boolean colour = console != null && !unwanted && !"dumb".equals(System.getenv("TERM"));
        PrintWriter err = writer(FileDescriptor.err);
        Screen screen = new Screen(writer(FileDescriptor.out), err, console != null, colour, questions(console), false);
        Options options = new Options();
        Connected connected = new Connected(options, System::getenv, prompt(console, err));
        Interruption.install(connected, ended);
        int exitCode = Commands.run(words, environment(screen, options, connected));
        ended.countDown();
        System.exit(exitCode);
    }

    private static CommandEnvironment environment(Screen screen, Options options, Connected connected) {
        Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
        verbs.put("shell", () -> new ShellVerb(screen, options, connected));
        verbs.put("generate-completion", AutoComplete.GenerateCompletion::new);
        return new CommandEnvironment("migrator", connected, screen, connected::newFiles, options, verbs);
    }

    /** Before any logger is made: nothing is logged, or with verbose everything, to the error stream. */
    private static void quiet(List<String> words) {
        // from Java 22 on a console is there even when nobody sits at it, unless it is this one
        System.setProperty("jdk.console", "java.base");
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

    private static Screen.@Nullable Questions questions(@Nullable Console console) {
        return console == null
                ? null
                : question -> {
                    String answer = console.readLine("%s", question);
                    return answer == null ? "" : answer;
                };
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
