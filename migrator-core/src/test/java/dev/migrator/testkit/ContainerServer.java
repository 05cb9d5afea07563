package dev.migrator.testkit;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** PostgreSQL in a container; the library removes it when the JVM ends. */
final class ContainerServer {

    private ContainerServer() {}

    static PostgresServer start(String version) {
        PostgreSQLContainer container = new PostgreSQLContainer(image(version));
        container.withCommand(command().toArray(String[]::new)).start();
        return new PostgresServer(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getDatabaseName(),
                container.getUsername(),
                container.getPassword());
    }

    /** Images are named by the major version; "18.6.0" of the binaries is "18" here. */
    private static DockerImageName image(String version) {
        return DockerImageName.parse("postgres:" + version.replaceFirst("\\..*", ""));
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of("postgres"));
        PostgresServer.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }
}
