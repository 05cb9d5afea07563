package dev.migrator.cli;

import dev.migrator.MigrationStatus;
import dev.migrator.Migrator;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.Names;
import dev.migrator.command.answer.Screen;
import dev.migrator.problem.MigratorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

@Command(
        name = "shell",
        header = "Takes one verb after the other, with completion, history and help.",
        description = {
            "Tab completes verbs, options and the names of migrations. Everything that writes is asked for first."
                    + " Ctrl-C cancels what runs; exit or Ctrl-D ends the shell.",
            "",
            "The options that are given to the shell hold for all of its verbs."
        })
final class ShellVerb implements Callable<Integer> {

    private static final List<String> EXITS = List.of("exit", "quit");

    private final Screen screen;
    private final Options options;
    private final Connected connected;
    private List<String> names = List.of();
    private volatile Connected running;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    private boolean help;

    ShellVerb(Screen screen, Options options, Connected connected) {
        this.screen = screen;
        this.options = options;
        this.connected = connected;
        this.running = connected;
    }

    @Override
    public Integer call() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            terminal.handle(Terminal.Signal.INT, signal -> running.interrupt("by Ctrl-C"));
            Shell shell = new Shell(terminal);
            shell.greet();
            while (shell.oneLine()) {
                terminal.flush();
            }
        }
        return 0;
    }

    private final class Shell {

        private final Terminal terminal;
        private final LineReader reader;
        private final Screen own;

        Shell(Terminal terminal) {
            this.terminal = terminal;
            this.reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("migrator")
                    .parser(new DefaultParser())
                    .completer((line, word, candidates) -> complete(word, candidates))
                    .variable(
                            LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home", "."), ".migrator_history"))
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            boolean person = !Terminal.TYPE_DUMB.equals(terminal.getType());
            this.own = new Screen(terminal.writer(), terminal.writer(), person, screen.colour(), this::ask, true);
        }

        void greet() {
            refreshNames();
            terminal.writer()
                    .println("Verbs, options and names are completed with Tab; help lists the verbs, exit ends.");
        }

        private CommandEnvironment environment() {
            Options line = options.copy();
            running = connected.with(line);
            return new CommandEnvironment("", running, own, running::newFiles, line, Map.of());
        }

        /** False when there is no next one. */
        boolean oneLine() {
            try {
                String line = reader.readLine("migrator> ");
                List<String> words = words(line);
                if (words.isEmpty()) {
                    return true;
                } else if (EXITS.contains(words.get(0))) {
                    return false;
                }
                run(words);
                return true;
            } catch (UserInterruptException e) {
                return true;
            } catch (EndOfFileException e) {
                return false;
            }
        }

        private List<String> words(String line) {
            try {
                List<String> words = new ArrayList<>(
                        reader.getParser().parse(line, line.length()).words());
                words.removeIf(String::isBlank);
                return words;
            } catch (EOFError e) {
                return List.of();
            } catch (SyntaxError e) {
                terminal.writer().println("error: " + e.getMessage());
                return List.of();
            }
        }

        private void run(List<String> words) {
            boolean help = words.get(0).equals("help");
            List<String> asked = help ? new ArrayList<>(words.subList(1, words.size())) : words;
            if (help) {
                asked.add("--help");
            }
            Commands.run(asked, environment());
            refreshNames();
        }

        private String ask(String question) {
            try {
                return reader.readLine(question);
            } catch (UserInterruptException | EndOfFileException e) {
                return "";
            }
        }

        private void complete(ParsedLine line, List<Candidate> candidates) {
            CommandLine all = Commands.all(environment());
            List<String> words = line.words();
            List<CharSequence> found = new ArrayList<>();
            AutoComplete.complete(
                    all.getCommandSpec(),
                    words.toArray(String[]::new),
                    line.wordIndex(),
                    line.wordCursor(),
                    line.cursor(),
                    found);
            String typed = line.word().substring(0, line.wordCursor());
            found.forEach(rest -> candidates.add(new Candidate(typed + rest)));
            if (words.size() > 1 && takesName(all, words)) {
                names.forEach(name -> candidates.add(new Candidate(name)));
            }
            if (words.size() <= 1) {
                candidates.add(new Candidate("help"));
                candidates.add(new Candidate("exit"));
            }
        }

        private static boolean takesName(CommandLine all, List<String> words) {
            CommandLine verb = all.getSubcommands().get(words.get(0));
            if (verb == null) {
                return false;
            }
            CommandSpec spec = verb.getCommandSpec();
            ArgSpec option = spec.findOption(words.get(words.size() - 2));
            return option != null && option.arity().max() > 0
                    ? isName(option)
                    : spec.positionalParameters().stream().anyMatch(Shell::isName);
        }

        private static boolean isName(ArgSpec argument) {
            return argument.completionCandidates() instanceof Names;
        }

        /** What can't be asked for is not completed; the verb that is run will say why. */
        private void refreshNames() {
            try {
                Migrator migrator = connected.with(event -> {});
                names = migrator.status().migrations().stream()
                        .map(MigrationStatus::name)
                        .toList();
            } catch (MigratorException e) {
                names = List.of();
            }
        }
    }
}
