package dev.migrator.cli;

import dev.migrator.cli.Options.Setting;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.setting.UnknownSetting;
import dev.migrator.setting.Variable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings by their properties' names, each with where it came from: the command line wins over the environment, the
 * property's own variable over the short ones, the environment over the file.
 */
final class Settings {

    static final Path DEFAULT_FILE = Path.of("migrator.properties");

    private Settings() {}

    static Map<String, Setting> of(Options options, Function<String, @Nullable String> environment) {
        Map<String, Setting> all = new LinkedHashMap<>();
        Path config = options.config();
        if (config != null || Files.exists(DEFAULT_FILE)) {
            all.putAll(file(config == null ? DEFAULT_FILE : config));
        }
        Variable.properties(environment::apply)
                .forEach((property, value) -> all.put(property, new Setting(value, "the environment")));
        for (Property property : Property.values()) {
            for (String variable : variables(property.text())) {
                String value = environment.apply(variable);
                if (value != null) {
                    all.put(property.text(), new Setting(value, variable));
                }
            }
        }
        all.putAll(options.properties());
        refuseUnknown(all);
        return all;
    }

    /** {@code MIGRATOR_AUTO_MIGRATE} and, as Spring has it, {@code MIGRATOR_AUTOMIGRATE}. */
    private static String[] variables(String property) {
        String upper = property.toUpperCase(Locale.ROOT).replace('.', '_');
        return new String[] {upper.replace('-', '_'), upper.replace("-", "")};
    }

    private static Map<String, Setting> file(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING,
                    file.toString(),
                    "The file with the settings can't be read (" + e.getClass().getSimpleName() + ").",
                    "Give an existing file of lines NAME=VALUE in UTF-8 with --config."));
        }
        Map<String, Setting> settings = new LinkedHashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> settings.put(name, new Setting(properties.getProperty(name), file.toString())));
        return settings;
    }

    private static void refuseUnknown(Map<String, Setting> all) {
        List<String> known = Property.names();
        Problems problems = new Problems();
        all.forEach((name, setting) -> {
            if (!known.contains(name)) {
                problems.add(UnknownSetting.problem(name, setting.source(), known));
            }
        });
        problems.throwIfErrors();
    }
}
