package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.command.answer.Console;
import dev.migrator.event.MigrationListener;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all verbs have. A verb returns its exit code; what is wrong it throws, and {@link Commands} tells it. */
abstract class Verb implements Callable<Integer> {

    private final CommandEnvironment environment;
    private final Console console;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    private boolean help;

    Verb(CommandEnvironment environment) {
        this.environment = environment;
        this.console = new Console(environment.screen());
    }

    Console console() {
        return console;
    }

    CommandEnvironment environment() {
        return environment;
    }

    /** Whether the answer is one JSON document, also about a failure. */
    boolean json() {
        return false;
    }

    Migrator migrator() {
        return migrator(event -> {});
    }

    Migrator migrator(MigrationListener listener) {
        return environment.migrators().with(listener);
    }
}
