package dev.migrator.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/**
 * Whether containers can be started. The library takes seconds to find out that there is no Docker, a look at the
 * usual sockets takes none; so the look comes first.
 */
final class DockerProbe {

    private DockerProbe() {}

    static boolean answers() {
        return isLikely() && libraryIsPresent() && Library.reachesDocker();
    }

    static boolean isLikely() {
        String host = System.getenv("DOCKER_HOST");
        return (host != null && !host.isBlank()) || usualSockets().anyMatch(Files::exists);
    }

    private static Stream<Path> usualSockets() {
        Path home = Path.of(System.getProperty("user.home"));
        return Stream.of(
                Path.of("/var/run/docker.sock"),
                home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock"));
    }

    /** The library is optional: a module that uses this kit may leave it out. */
    private static boolean libraryIsPresent() {
        try {
            Class.forName(
                    "org.testcontainers.postgresql.PostgreSQLContainer", false, DockerProbe.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Apart, so that the library is loaded only where it is needed. */
    private static final class Library {

        static boolean reachesDocker() {
            return DockerClientFactory.instance().isDockerAvailable();
        }
    }
}
