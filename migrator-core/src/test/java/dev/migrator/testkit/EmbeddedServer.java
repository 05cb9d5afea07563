package dev.migrator.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** PostgreSQL from unpacked binaries: needs neither Docker nor an installation, and runs as root too. */
final class EmbeddedServer {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private EmbeddedServer() {}

    static PostgresServer start() {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(START_LIMIT);
        PostgresServer.settings().forEach(builder::setServerConfig);
        try {
            EmbeddedPostgres postgres = builder.start();
            return new PostgresServer("localhost", postgres.getPort(), "postgres", "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", e);
        }
    }
}
