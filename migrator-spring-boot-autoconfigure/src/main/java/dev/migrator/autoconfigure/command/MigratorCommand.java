package dev.migrator.autoconfigure.command;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigratorFactory;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.Interruption;
import dev.migrator.command.answer.Screen;
import dev.migrator.event.MigrationListener;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Runs the verb when the context could create its beans, before anything of the service starts, and ends the process with
 * the verb's exit code.
 */
final class MigratorCommand implements SmartInitializingSingleton {

    private static final String PROGRAM = "java -jar APP.jar --migrator.command=";

    private final List<String> words;
    private final ObjectProvider<MigratorFactory> migrators;
    private final ConfigurableListableBeanFactory beans;
    private final Interruption interruption = Interruption.ofProcess("because the process ends");

    MigratorCommand(
            List<String> words, ObjectProvider<MigratorFactory> migrators, ConfigurableListableBeanFactory beans) {
        this.words = words;
        this.migrators = migrators;
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        System.exit(interruption.during(this::run));
    }

    private int run() {
        int exitCode = Commands.run(words, environment());
        // pools and clients that a migration asked for say good-bye
        beans.destroySingletons();
        return exitCode;
    }

    private CommandEnvironment environment() {
        Screen screen = Screen.ofProcess(StandardOutput.answer(), StandardOutput.aside());
        return new CommandEnvironment(PROGRAM, this::migrator, screen, MigratorCommand::newFiles, null, Map.of());
    }

    private Migrator migrator(MigrationListener listener) {
        MigratorFactory factory = factory();
        if (factory == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING,
                    "migrator.url",
                    "There is neither a data source nor an address of a database.",
                    "Set DATABASE_URL, migrator.url or spring.datasource.url."));
        }
        return interruption.watch(factory.create(List.of(listener)));
    }

    /** A setting that can't be understood shows when the first bean needs it. */
    private @Nullable MigratorFactory factory() {
        try {
            return migrators.getIfAvailable();
        } catch (BeansException e) {
            MigratorException refusal = Refusal.in(e);
            throw refusal == null ? e : refusal;
        }
    }

    /** Where a developer has them who starts the service from its sources. */
    private static Path newFiles() {
        return Path.of("src/main/resources/db/migration");
    }
}
