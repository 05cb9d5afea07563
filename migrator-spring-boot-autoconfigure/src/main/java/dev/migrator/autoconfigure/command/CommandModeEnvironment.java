package dev.migrator.autoconfigure.command;

import dev.migrator.autoconfigure.environment.EnvironmentVariables;
import dev.migrator.problem.MigratorException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * Where {@code migrator.command} is set on the command line, in the environment or as a system property: no web server, no
 * banner, and nothing on the standard output but what the command answers; logs go to the error stream, warnings and
 * worse, unless the service says otherwise or {@code -v} is given. The first of its kind, so that what a later one finds
 * wrong is told as a command tells it.
 */
final class CommandModeEnvironment implements EnvironmentPostProcessor, Ordered {

    private static final String SOURCE = "migratorCommandMode";
    private static final String DEFAULTS = "migratorCommandModeDefaults";
    private static final String VERBS = "dev.migrator.command.Commands";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.containsProperty(CommandWords.COMMAND)) {
            return;
        }
        if (!ClassUtils.isPresent(VERBS, application.getClassLoader())) {
            throw new IllegalStateException(CommandWords.COMMAND
                    + " is set, and the module migrator-command is not on the class path. The starter brings it: don't"
                    + " exclude it.");
        }
        StandardOutput.reserve();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("spring.main.web-application-type", "none");
        settings.put("spring.main.banner-mode", "off");
        settings.put("spring.main.log-startup-info", "false");
        settings.put("spring.main.keep-alive", "false");
        // the command closes what it used; Spring's hook would wait for the start, which waits for the command
        settings.put("spring.main.register-shutdown-hook", "false");
        // whoever asks for a command means it, also where the service itself does not migrate
        settings.put("migrator.enabled", "true");
        settings.put("migrator.environments-active", "");
        // no bean that a migration asks for may migrate first
        settings.put("migrator.startup.mode", "runner");
        environment.getPropertySources().addFirst(new MapPropertySource(SOURCE, settings));
        if (!isVerbose(environment)) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(DEFAULTS, Map.of("logging.level.root", "warn")));
        }
        application.addInitializers(new OnlyTheCommand());
        CommandFailure failure = new CommandFailure(environment);
        application.addListeners(failure);
        try {
            // will be done again; but what it refuses before there is a context no listener of ours hears of
            new EnvironmentVariables().postProcessEnvironment(environment, application);
        } catch (MigratorException e) {
            failure.end(e);
        }
    }

    private static boolean isVerbose(ConfigurableEnvironment environment) {
        String words =
                environment.getProperty(CommandWords.COMMAND) + " " + environment.getProperty(CommandWords.ARGUMENTS);
        List<String> all = Arrays.asList(words.split("\\s+"));
        if (all.contains("-v") || all.contains("--verbose")) {
            return true;
        }
        PropertySource<?> line =
                environment.getPropertySources().get(CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME);
        return line instanceof CommandLinePropertySource<?> arguments
                && (arguments.containsProperty("verbose")
                        || List.of(String.valueOf(arguments.getProperty(
                                                CommandLinePropertySource.DEFAULT_NON_OPTION_ARGS_PROPERTY_NAME))
                                        .split(","))
                                .contains("-v"));
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
