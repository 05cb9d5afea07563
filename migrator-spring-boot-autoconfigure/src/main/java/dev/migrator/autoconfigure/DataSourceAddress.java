package dev.migrator.autoconfigure;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Reads where a data source connects to, without taking a connection of it: a pool of one may be in use, and nothing that
 * a migration sets may reach the application.
 *
 * @param name the data source's bean, which a refusal names
 */
record DataSourceAddress(String name, DataSource source) {

    private static final boolean HIKARI =
            ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource", DataSourceAddress.class.getClassLoader());
    private static final String OWN_ADDRESS = "Set migrator.url, migrator.username and migrator.password.";

    ConnectionDetails details() {
        ConnectionDetails details = HIKARI ? Hikari.details(this) : null;
        return checked(details != null ? details : derived(source));
    }

    private ConnectionDetails derived(DataSource from) {
        try {
            SimpleDriverDataSource plain = DataSourceBuilder.derivedFrom(from)
                    .type(SimpleDriverDataSource.class)
                    .build();
            return details(plain.getUrl(), plain.getUsername(), plain.getPassword(), Map.of());
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            throw silent(from);
        }
    }

    private ConnectionDetails details(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            Map<String, String> properties) {
        if (url == null) {
            throw silent(source);
        }
        return new ConnectionDetails(url, username, password, properties);
    }

    private ConnectionDetails checked(ConnectionDetails details) {
        if (!details.url().startsWith("jdbc:postgresql:")) {
            int end = details.url().indexOf(':', "jdbc:".length());
            String kind = end < 0 ? "no JDBC URL" : details.url().substring(0, end + 1);
            throw refused(
                    "It connects to " + kind + "…, and migrations run on PostgreSQL through its own driver only.",
                    OWN_ADDRESS + " Or switch migrations off: migrator.enabled=false.");
        }
        return details;
    }

    private MigratorException silent(DataSource silent) {
        return refused(
                "It is a " + silent.getClass().getName()
                        + ", which does not tell its URL and credentials; migrations need a connection of their own.",
                OWN_ADDRESS);
    }

    private MigratorException refused(String description, String action) {
        return new MigratorException(
                Problem.error(ProblemCode.INVALID_SETTING, "data source " + name, description, action));
    }

    /** Only loaded where the pool is on the class path. */
    private static final class Hikari {

        private Hikari() {}

        static @Nullable ConnectionDetails details(DataSourceAddress address) {
            HikariDataSource pool =
                    DataSourceUnwrapper.unwrap(address.source, HikariConfigMXBean.class, HikariDataSource.class);
            if (pool == null) {
                return null;
            }
            if (pool.isReadOnly()) {
                throw address.refused(
                        "Its connections are read-only (spring.datasource.hikari.read-only), so it is no place to migrate.",
                        OWN_ADDRESS);
            }
            DataSource inner = pool.getDataSource();
            ConnectionDetails found = pool.getJdbcUrl() == null && inner != null
                    ? address.derived(inner)
                    : address.details(
                            pool.getJdbcUrl(),
                            pool.getCredentials().getUsername(),
                            pool.getCredentials().getPassword(),
                            Map.of());
            return new ConnectionDetails(found.url(), found.username(), found.password(), properties(pool));
        }

        /** The driver's properties that the pool was given, and the schema in which its connections work. */
        private static Map<String, String> properties(HikariDataSource pool) {
            Map<String, String> properties = new HashMap<>();
            pool.getDataSourceProperties().forEach((key, value) -> properties.put(key.toString(), value.toString()));
            if (pool.getSchema() != null) {
                properties.put("currentSchema", pool.getSchema());
            }
            return properties;
        }
    }
}
