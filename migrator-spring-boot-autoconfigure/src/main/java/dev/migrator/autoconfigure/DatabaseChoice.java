package dev.migrator.autoconfigure;

import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.setting.PostgresUrl;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Which database is migrated, and as whom: a bean with connection details, else the data source that is marked for it,
 * else the properties, else the application's only or primary data source, with another user if the properties name one.
 */
final class DatabaseChoice {

    private final MigratorProperties properties;
    private final @Nullable MigratorConnectionDetails details;
    private final ListableBeanFactory beans;

    DatabaseChoice(
            MigratorProperties properties, @Nullable MigratorConnectionDetails details, ListableBeanFactory beans) {
        this.properties = properties;
        this.details = details;
        this.beans = beans;
    }

    ConnectionDetails choose() {
        if (properties.password() != null && properties.username() == null && properties.url() == null) {
            throw invalid(
                    "migrator.password",
                    "It is set without migrator.username.",
                    "Set migrator.username too, or neither.");
        }
        if (details != null) {
            return ConnectionDetails.of(details.getJdbcUrl(), details.getUsername(), details.getPassword());
        }
        String[] marked = beans.getBeanNamesForAnnotation(MigratorDataSource.class);
        if (marked.length > 0) {
            return new DataSourceAddress(marked[0], beans.getBean(marked[0], DataSource.class)).details();
        }
        return properties.url() != null ? ofUrl(properties.url()) : asUser(ofApplication());
    }

    private ConnectionDetails ofUrl(String text) {
        PostgresUrl url = PostgresUrl.parse(text, "migrator.url");
        String username = url.username() != null ? url.username() : properties.username();
        String password = url.password() != null ? url.password() : properties.password();
        return new ConnectionDetails(url.jdbcUrl(), username, password, Map.of());
    }

    private ConnectionDetails asUser(ConnectionDetails application) {
        return properties.username() == null
                ? application
                : new ConnectionDetails(
                        application.url(), properties.username(), properties.password(), application.properties());
    }

    private ConnectionDetails ofApplication() {
        ObjectProvider<DataSource> candidates = beans.getBeanProvider(DataSource.class);
        DataSource only = candidates.getIfUnique();
        List<String> names = List.of(beans.getBeanNamesForType(DataSource.class));
        if (only == null) {
            throw invalid(
                    "data sources " + String.join(", ", names),
                    "There are " + names.size() + " and none is primary, so it is unknown which one is to be migrated.",
                    "Mark one with @MigratorDataSource or @Primary, or set migrator.url.");
        }
        String name = names.stream()
                .filter(candidate -> beans.getBean(candidate) == only)
                .findFirst()
                .orElse("dataSource");
        return new DataSourceAddress(name, only).details();
    }

    private static MigratorException invalid(String subject, String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.INVALID_SETTING, subject, description, action));
    }
}
