package dev.migrator.autoconfigure.command;

import dev.migrator.command.Commands;
import dev.migrator.command.answer.Screen;
import dev.migrator.problem.MigratorException;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** A setting that stops the context before the command begins is told as the command would: one line, its exit code. */
final class CommandFailure implements ApplicationListener<ApplicationFailedEvent> {

    private final Environment environment;

    CommandFailure(Environment environment) {
        this.environment = environment;
    }

    /** What is not about settings goes the way of every failed start. */
    @Override
    public void onApplicationEvent(ApplicationFailedEvent event) {
        MigratorException refusal = Refusal.in(event.getException());
        if (refusal != null) {
            end(refusal);
        }
    }

    void end(MigratorException refusal) {
        Screen screen = Screen.plain(StandardOutput.answer(), StandardOutput.aside());
        System.exit(Commands.refused(refusal, screen, isJsonWanted()));
    }

    /** Without reading them as words: they may be what is wrong. */
    private boolean isJsonWanted() {
        return environment.containsProperty("json")
                || environment.getProperty(CommandWords.COMMAND, "").contains("--json")
                || environment.getProperty(CommandWords.ARGUMENTS, "").contains("--json");
    }
}
