package dev.migrator.autoconfigure.phase;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.env.Environment;

/** Which release this is: as somebody has set it, else as the build says, else as the jar's manifest says. */
public final class ApplicationVersion {

    private ApplicationVersion() {}

    public static String of(@Nullable String configured, ListableBeanFactory beans, Environment environment) {
        BuildProperties build = beans.getBeanProvider(BuildProperties.class).getIfAvailable();
        String built = build == null ? null : build.getVersion();
        if (configured != null) {
            return configured;
        }
        return built != null ? built : environment.getProperty("spring.application.version", "unknown");
    }
}
