package dev.migrator.autoconfigure.environment;

import dev.migrator.autoconfigure.MigratorProperties;
import dev.migrator.autoconfigure.compat.CompatProperties;
import dev.migrator.autoconfigure.webhook.WebhookProperties;
import dev.migrator.problem.Problems;
import dev.migrator.setting.UnknownSetting;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Refuses a {@code migrator.…} that is nearly a setting: without it, a typo in {@code migrator.auto-migrate: false} would
 * migrate. What is like none of them is only told: it may be a newer release's, in a file that an older one reads when it
 * is rolled back, or the name of a bean's own settings. As with Spring Boot's own strictness, the environment and the system properties are left alone: they belong to
 * others too.
 */
public final class UnknownSettings {

    private static final Logger log = LoggerFactory.getLogger(UnknownSettings.class);

    private static final String ROOT = "migrator";

    private static final Set<String> OF_OTHERS = Set.of(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

    private final Map<String, String> known = new TreeMap<>();
    private final Problems problems = new Problems();

    private UnknownSettings() {
        add(ROOT, MigratorProperties.class);
        add(ROOT, WebhookProperties.class);
        add(ROOT + ".compat", CompatProperties.class);
        add(ROOT + ".command");
        add(ROOT + ".command.args");
    }

    /** All of them are told at once, each with the name that was probably meant. */
    public static void refuse(ConfigurableEnvironment environment) {
        UnknownSettings settings = new UnknownSettings();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> names && !OF_OTHERS.contains(source.getName())) {
                settings.look(names);
            }
        }
        settings.problems.throwIfErrors();
        settings.problems.all().forEach(warning -> log.warn(warning.text()));
    }

    /** Those that take a value. */
    static Set<String> names() {
        Set<String> all = new TreeSet<>(new UnknownSettings().known.values());
        return all.stream()
                .filter(name -> all.stream().noneMatch(other -> other.startsWith(name + ".")))
                .collect(Collectors.toSet());
    }

    private void look(EnumerablePropertySource<?> source) {
        for (String name : source.getPropertyNames()) {
            if (name.startsWith(ROOT + ".") && !known.containsKey(plain(ConfigurationPropertyName.adapt(name, '.')))) {
                problems.add(UnknownSetting.problemAmongOthers(name, origin(source, name), known.values()));
            }
        }
    }

    private static String origin(PropertySource<?> source, String name) {
        Origin origin = OriginLookup.getOrigin(source, name);
        return origin == null ? source.getName() : origin.toString();
    }

    /** What stands between, such as {@code migrator.drift}, is a name too: a file may have it without anything below it. */
    private void add(String prefix, Class<?> settings) {
        add(prefix);
        for (RecordComponent component : settings.getRecordComponents()) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
            Class<?> below = recordOf(component);
            if (below == null) {
                add(name);
            } else {
                add(name, below);
            }
        }
    }

    private static @Nullable Class<?> recordOf(RecordComponent component) {
        ResolvableType type = ResolvableType.forType(component.getGenericType());
        Class<?> found = (type.toClass() == List.class ? type.getGeneric() : type).toClass();
        return found.isRecord() ? found : null;
    }

    private void add(String name) {
        known.put(plain(ConfigurationPropertyName.of(name)), name);
    }

    /** Whatever its spelling, and of whichever element of a list. */
    private static String plain(ConfigurationPropertyName name) {
        return IntStream.range(0, name.getNumberOfElements())
                .filter(i -> !name.isNumericIndex(i))
                .mapToObj(i -> name.getElement(i, Form.UNIFORM))
                .collect(Collectors.joining("."));
    }
}
