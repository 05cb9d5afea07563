package dev.migrator.autoconfigure.environment;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Where the service runs, and in which environments a start migrates. Asked at run time, not as a condition on beans: those
 * are decided when a service is built ahead of time, where nobody knows yet in which environment it will run.
 *
 * @param here a profile is what a Spring service calls an environment
 * @param migrating where a start migrates; empty: everywhere
 */
public record ActiveEnvironments(Set<String> here, Set<String> migrating) {

    public ActiveEnvironments {
        here = Set.copyOf(here);
        migrating = Set.copyOf(migrating);
    }

    /** @param named in place of the active profiles */
    public static ActiveEnvironments of(Environment environment, @Nullable List<String> named, List<String> migrating) {
        return new ActiveEnvironments(
                Set.copyOf(named != null ? named : List.of(environment.getActiveProfiles())), Set.copyOf(migrating));
    }

    public boolean migrateHere() {
        return migrating.isEmpty() || here.stream().anyMatch(migrating::contains);
    }

    @Override
    public String toString() {
        return "migrator.environments-active=" + sorted(migrating) + ", and this service runs in "
                + (here.isEmpty() ? "none" : sorted(here));
    }

    private static String sorted(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }
}
