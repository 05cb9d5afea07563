package dev.migrator.autoconfigure.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Where {@code migrator.command} is set: no web server, no banner, and nothing on the standard output but what the command
 * answers; logs go to the error stream, warnings and worse, unless the service says otherwise or {@code -v} is given.
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
        // no bean that a migration asks for may migrate first
        settings.put("migrator.startup.mode", "runner");
        environment.getPropertySources().addFirst(new MapPropertySource(SOURCE, settings));
        if (!isVerbose(environment)) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(DEFAULTS, Map.of("logging.level.root", "warn")));
        }
    }

    private static boolean isVerbose(ConfigurableEnvironment environment) {
        List<String> words = CommandWords.of(environment, List.of());
        return words.contains("-v")
                || words.contains("--verbose")
                || environment.containsProperty("verbose")
                || environment.getProperty("nonOptionArgs", "").contains("-v");
    }

    /** When the configuration files are read and before logging begins. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
