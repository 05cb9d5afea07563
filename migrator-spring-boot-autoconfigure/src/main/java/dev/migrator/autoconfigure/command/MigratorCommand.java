package dev.migrator.autoconfigure.command;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigratorFactory;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Commands;
import dev.migrator.command.answer.Screen;
import dev.migrator.event.MigrationListener;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Runs the verb when the context could create its beans, before anything of the service starts, and ends the process with
 * the verb's exit code.
 */
final class MigratorCommand implements SmartInitializingSingleton {

    private static final String PROGRAM = "java -jar APP.jar --migrator.command=";
    private static final long PATIENCE_SECONDS = 20;

    private final List<String> words;
    private final ObjectProvider<MigratorFactory> migrators;
    private final ConfigurableListableBeanFactory beans;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Migrator current;

    MigratorCommand(
            List<String> words, ObjectProvider<MigratorFactory> migrators, ConfigurableListableBeanFactory beans) {
        this.words = words;
        this.migrators = migrators;
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupt, "migrator-command"));
        int exitCode = Commands.run(words, environment());
        // pools and clients that a migration asked for say good-bye
        beans.destroySingletons();
        ended.countDown();
        System.exit(exitCode);
    }

    private CommandEnvironment environment() {
        Console console = System.console();
        boolean colour = console != null && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
        Screen screen = new Screen(
                StandardOutput.answer(),
                StandardOutput.aside(),
                console != null,
                colour,
                console == null ? null : question -> answer(console, question),
                false);
        return new CommandEnvironment(PROGRAM, this::migrator, screen, MigratorCommand::newFiles, null, Map.of());
    }

    private static String answer(Console console, String question) {
        String answer = console.readLine("%s", question);
        return answer == null ? "" : answer;
    }

    private Migrator migrator(MigrationListener listener) {
        MigratorFactory factory = migrators.getIfAvailable();
        if (factory == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING,
                    "migrator.url",
                    "There is neither a data source nor an address of a database.",
                    "Set DATABASE_URL, migrator.url or spring.datasource.url."));
        }
        Migrator migrator = factory.create(List.of(listener));
        current = migrator;
        return migrator;
    }

    /** Where a developer has them who starts the service from its sources. */
    private static Path newFiles() {
        return Path.of("src/main/resources/db/migration");
    }

    /** On Ctrl-C or SIGTERM the run is cancelled, and the verb has the last word. */
    private void interrupt() {
        Migrator running = current;
        if (ended.getCount() == 0 || running == null) {
            return;
        }
        running.cancel("because the process ends");
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
