package dev.migrator.instance;

import dev.migrator.problem.SafeText;
import java.time.Duration;
import java.util.Set;

/**
 * A process of the service that is alive.
 *
 * @param version of the application, as the process says
 * @param postDeploy the post-deploy migrations that its release has
 * @param uptime by the database's clock, like everything here
 * @param silent since its last heartbeat
 */
public record Instance(String id, String version, Set<String> postDeploy, Duration uptime, Duration silent) {

    public Instance {
        postDeploy = Set.copyOf(postDeploy);
    }

    /** Its release was made before these migrations were: it does not know that what they take away will go. */
    public boolean isOlderThan(Set<String> migrations) {
        return !postDeploy.containsAll(migrations);
    }

    /** {@code pod-7:1 (version 1.4, up for 3600 s, last heard of 5 s ago)}. */
    public String describe() {
        return SafeText.line(id) + " (version " + SafeText.line(version) + ", up for " + uptime.toSeconds()
                + " s, last heard of " + silent.toSeconds() + " s ago)";
    }
}
