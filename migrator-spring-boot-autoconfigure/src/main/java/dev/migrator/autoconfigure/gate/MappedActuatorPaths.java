package dev.migrator.autoconfigure.gate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The endpoints' own paths, and additional ones such as /livez and /readyz of the health groups; also below the path of the
 * application's servlet, and of the management server, whose requests pass the application's reactive filters.
 */
final class MappedActuatorPaths implements ActuatorPaths {

    private static final List<String> PREFIXES =
            List.of("spring.mvc.servlet.path", "spring.jersey.application-path", "management.server.base-path");

    private final Supplier<Set<String>> paths;

    /** @param provider asked at the first request: endpoints must not be created for the sake of a filter */
    MappedActuatorPaths(ObjectProvider<PathMappedEndpoints> provider, Environment environment) {
        this.paths = SingletonSupplier.of(() -> prefixed(paths(provider.getIfAvailable()), environment));
    }

    private static Set<String> paths(@Nullable PathMappedEndpoints endpoints) {
        Set<String> all = new LinkedHashSet<>();
        if (endpoints == null) {
            return all;
        }
        if (!endpoints.getBasePath().isEmpty()) {
            all.add(endpoints.getBasePath());
        }
        for (PathMappedEndpoint endpoint : endpoints) {
            all.add(endpoints.getBasePath() + "/" + endpoint.getRootPath());
            all.addAll(endpoint.getAdditionalPaths(WebServerNamespace.SERVER));
            all.addAll(endpoint.getAdditionalPaths(WebServerNamespace.MANAGEMENT));
        }
        return all;
    }

    private static Set<String> prefixed(Set<String> paths, Environment environment) {
        Set<String> all = new LinkedHashSet<>(paths);
        for (String property : PREFIXES) {
            String prefix = StringUtils.trimTrailingCharacter(environment.getProperty(property, ""), '/');
            if (!prefix.isEmpty()) {
                paths.forEach(path -> all.add((prefix.startsWith("/") ? prefix : "/" + prefix) + path));
            }
        }
        return all;
    }

    @Override
    public boolean contains(String path) {
        return paths.get().stream().anyMatch(known -> path.equals(known) || path.startsWith(known + "/"));
    }
}
