package dev.migrator.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The one PostgreSQL of this JVM, started by whoever asks first: starting costs seconds, a database in it milliseconds.
 *
 * <p>Where it comes from, in this order: the server named by {@value #URL_VARIABLE} (environment or system property, a
 * superuser's JDBC URL with {@code user} and {@code password}); a container, where Docker answers; else unpacked
 * binaries.
 *
 * <p>It is fast, not durable ({@code fsync=off}): do not use it to learn what survives a crash of the server itself.
 */
public final class PostgresServer {

    static final String URL_VARIABLE = "MIGRATOR_TEST_URL";
    static final String VERSION_PROPERTY = "migrator.test.postgres";

    private final String host;
    private final int port;
    private final String maintenanceDatabase;
    private final String user;
    private final String password;

    PostgresServer(String host, int port, String maintenanceDatabase, String user, String password) {
        this.host = host;
        this.port = port;
        this.maintenanceDatabase = maintenanceDatabase;
        this.user = user;
        this.password = password;
    }

    /** Starts the server at the first call; it stops with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /** A URL without credentials. */
    public String url(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** As superuser. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password);
        PGProperty.APPLICATION_NAME.set(properties, "testkit");
        return DriverManager.getConnection(url(database), properties);
    }

    /** As superuser, outside of every test's database: for what cannot be done from within. */
    Connection connectForMaintenance() throws SQLException {
        return connect(maintenanceDatabase);
    }

    public int majorVersion() {
        try (Connection connection = connectForMaintenance();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show server_version_num")) {
            rows.next();
            return rows.getInt(1) / 10_000;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot ask " + this + " for its version", e);
        }
    }

    /** The server that a URL names; refuses one without credentials, because the driver would guess them. */
    static PostgresServer parse(String url) {
        Properties parts = Driver.parseURL(url, null);
        if (parts == null) {
            throw new IllegalArgumentException(URL_VARIABLE + " is not a JDBC URL of PostgreSQL");
        }
        String user = PGProperty.USER.getOrNull(parts);
        String password = PGProperty.PASSWORD.getOrNull(parts);
        if (user == null || password == null) {
            throw new IllegalArgumentException(URL_VARIABLE + " needs the parameters user and password of a superuser");
        }
        return new PostgresServer(
                PGProperty.PG_HOST.getOrDefault(parts),
                Integer.parseInt(PGProperty.PG_PORT.getOrDefault(parts)),
                PGProperty.PG_DBNAME.getOrDefault(parts),
                user,
                password);
    }

    /** The settings of the servers that we start ourselves. */
    static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("fsync", "off");
        settings.put("full_page_writes", "off");
        settings.put("synchronous_commit", "on");
        // its data may be in memory
        settings.put("max_wal_size", "256MB");
        settings.put("max_connections", "200");
        settings.put("max_prepared_transactions", "20");
        settings.put("logging_collector", "off");
        settings.put("log_min_messages", "panic");
        settings.put("log_min_error_statement", "panic");
        settings.put("log_checkpoints", "off");
        return settings;
    }

    @Override
    public String toString() {
        return "PostgreSQL at " + host + ":" + port;
    }

    /** Initialised at first use, once, whatever the number of threads. */
    private static final class Shared {

        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            String url = System.getProperty(URL_VARIABLE, System.getenv(URL_VARIABLE));
            if (url != null && !url.isBlank()) {
                return parse(url);
            }
            if (DockerProbe.answers()) {
                return ContainerServer.start(System.getProperty(VERSION_PROPERTY, "18"));
            }
            return EmbeddedServer.start();
        }
    }
}
