package dev.migrator.autoconfigure.gate;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.util.function.SingletonSupplier;

/** The endpoints' own paths, and additional ones such as /livez and /readyz of the health groups. */
final class MappedActuatorPaths implements ActuatorPaths {

    private final Supplier<Set<String>> paths;

    /** @param provider asked at the first request: endpoints must not be created for the sake of a filter */
    MappedActuatorPaths(ObjectProvider<PathMappedEndpoints> provider) {
        this.paths = SingletonSupplier.of(() -> paths(provider.getIfAvailable()));
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
        }
        return all;
    }

    @Override
    public boolean contains(String path) {
        return paths.get().stream().anyMatch(known -> path.equals(known) || path.startsWith(known + "/"));
    }
}
