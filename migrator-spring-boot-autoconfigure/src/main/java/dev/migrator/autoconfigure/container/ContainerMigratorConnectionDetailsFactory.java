package dev.migrator.autoconfigure.container;

import dev.migrator.autoconfigure.MigratorConnectionDetails;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.util.ClassUtils;
import org.testcontainers.containers.JdbcDatabaseContainer;

/**
 * Migrates the PostgreSQL of a {@link ServiceConnection @ServiceConnection} container, whatever {@code migrator.url} or
 * {@code DATABASE_URL} say: a test must not reach the database that they name.
 */
final class ContainerMigratorConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<JdbcDatabaseContainer<?>, MigratorConnectionDetails> {

    /** The class of today, and the deprecated one, which most tests still have. */
    private static final List<String> POSTGRES = List.of(
            "org.testcontainers.postgresql.PostgreSQLContainer", "org.testcontainers.containers.PostgreSQLContainer");

    @Override
    protected boolean sourceAccepts(
            ContainerConnectionSource<JdbcDatabaseContainer<?>> source,
            Class<?> requiredContainerType,
            Class<?> requiredConnectionDetailsType) {
        return super.sourceAccepts(source, requiredContainerType, requiredConnectionDetailsType)
                && postgresTypes().anyMatch(type -> super.sourceAccepts(source, type, requiredConnectionDetailsType));
    }

    private static Stream<Class<?>> postgresTypes() {
        ClassLoader loader = ContainerMigratorConnectionDetailsFactory.class.getClassLoader();
        return POSTGRES.stream()
                .filter(name -> ClassUtils.isPresent(name, loader))
                .map(name -> ClassUtils.resolveClassName(name, loader));
    }

    @Override
    protected MigratorConnectionDetails getContainerConnectionDetails(
            ContainerConnectionSource<JdbcDatabaseContainer<?>> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<JdbcDatabaseContainer<?>>
            implements MigratorConnectionDetails {

        Details(ContainerConnectionSource<JdbcDatabaseContainer<?>> source) {
            super(source);
        }

        @Override
        public String getJdbcUrl() {
            return getContainer().getJdbcUrl();
        }

        @Override
        public @Nullable String getUsername() {
            return getContainer().getUsername();
        }

        @Override
        public @Nullable String getPassword() {
            return getContainer().getPassword();
        }
    }
}
