package dev.migrator.autoconfigure.container;

import dev.migrator.autoconfigure.MigratorConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Migrates the PostgreSQL of a compose file: where Spring Boot found the application's database, there is ours. */
final class ServiceMigratorConnectionDetailsFactory
        implements ConnectionDetailsFactory<JdbcConnectionDetails, MigratorConnectionDetails> {

    @Override
    public @Nullable MigratorConnectionDetails getConnectionDetails(JdbcConnectionDetails database) {
        return database.getJdbcUrl().startsWith("jdbc:postgresql:") ? new Details(database) : null;
    }

    private record Details(JdbcConnectionDetails database) implements MigratorConnectionDetails {

        @Override
        public String getJdbcUrl() {
            return database.getJdbcUrl();
        }

        @Override
        public @Nullable String getUsername() {
            return database.getUsername();
        }

        @Override
        public @Nullable String getPassword() {
            return database.getPassword();
        }

        /** Without the password, which a record would print. */
        @Override
        public String toString() {
            return "MigratorConnectionDetails of " + database.getClass().getSimpleName();
        }
    }
}
