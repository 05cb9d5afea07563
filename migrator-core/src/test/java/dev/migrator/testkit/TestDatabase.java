package dev.migrator.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of its own for one test, gone when closed. It is made from {@code template0}, so nothing that somebody left
 * in a server's {@code template1} can help or hurt a test.
 *
 * <p>Every question opens its own session: no setting, transaction or lock of one question reaches the next.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    /** Two JVMs may share a server (see {@link PostgresServer}), so a number alone is not a name. */
    private static final String PREFIX =
            "t_" + Long.toString(ProcessHandle.current().pid(), 36) + "_";

    private final PostgresServer server;
    private final String name;
    private final List<String> users = Collections.synchronizedList(new ArrayList<>());

    private TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public static TestDatabase create() {
        return create(PostgresServer.shared());
    }

    public static TestDatabase create(PostgresServer server) {
        return createFrom(server, "template0");
    }

    /** A second database with the contents of this one; nobody may be connected to this one meanwhile. */
    public TestDatabase copy() {
        return createFrom(server, name);
    }

    private static TestDatabase createFrom(PostgresServer server, String template) {
        TestDatabase database = new TestDatabase(server, PREFIX + COUNTER.incrementAndGet());
        database.maintain("create database " + database.name + " template " + template + " encoding 'UTF8'");
        return database;
    }

    public String name() {
        return name;
    }

    public PostgresServer server() {
        return server;
    }

    /** Without credentials. */
    public String url() {
        return server.url(name);
    }

    /** With the superuser's credentials, for whatever takes nothing but a URL. */
    public String jdbcUrl() {
        return withCredentials(url(), server.user(), server.password());
    }

    /** With the credentials of a user made by {@link #createUser}. */
    public String urlFor(String user) {
        return withCredentials(url(), user, user);
    }

    /** With the superuser's credentials, but to another port of this machine: that of a proxy. */
    public String jdbcUrlThrough(int port) {
        return withCredentials("jdbc:postgresql://127.0.0.1:" + port + "/" + name, server.user(), server.password());
    }

    private static String withCredentials(String url, String user, String password) {
        return url + "?user=" + URLEncoder.encode(user, StandardCharsets.UTF_8) + "&password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
    }

    /** A data source without a pool, as superuser. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        return source;
    }

    /** As superuser. */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    public Connection connectAs(String user) throws SQLException {
        return DriverManager.getConnection(urlFor(user));
    }

    /**
     * A user who may log in and nothing else; the password is the name. Users belong to the whole server, so the name is
     * made unique; the user goes with this database.
     */
    public String createUser(String hint) {
        String user = hint + "_" + name;
        maintain("create role " + user + " login password '" + user + "'");
        users.add(user);
        return user;
    }

    /** Runs each text in its own transaction. */
    public void execute(String... sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String text : sql) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("In " + name + ": " + e.getMessage(), e);
        }
    }

    /** The rows, each with its columns in order of the query. */
    public List<Map<String, Object>> query(String sql, Object... args) {
        return ask(sql, args, TestDatabase::rows);
    }

    /** The one value of the one row; null where the database says null. */
    public <T> T value(String sql, Class<T> type, Object... args) {
        return ask(sql, args, rows -> onlyValue(rows, type, sql));
    }

    /** Whether there is a table, view or sequence of this name (with its schema, or found by the search path). */
    public boolean exists(String table) {
        return value("select to_regclass(?) is not null", Boolean.class, table);
    }

    /** Drops it, whoever is still connected. */
    @Override
    public void close() {
        rollBackPreparedTransactions();
        maintain("drop database if exists " + name + " with (force)");
        users.forEach(user -> maintain("drop role if exists " + user));
    }

    /** A prepared transaction outlives its session, and no force drops a database that has one. */
    private void rollBackPreparedTransactions() {
        String leftOver = "select quote_literal(gid) as gid from pg_prepared_xacts where database = current_database()";
        if (value("select current_setting('max_prepared_transactions')::int", Integer.class) > 0) {
            query(leftOver).forEach(row -> execute("rollback prepared " + row.get("gid")));
        }
    }

    private void maintain(String sql) {
        try (Connection connection = server.connectForMaintenance();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("At " + server + ": " + sql + ": " + e.getMessage(), e);
        }
    }

    private <T> T ask(String sql, Object[] args, Reader<T> reader) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < args.length; i++) {
                statement.setObject(i + 1, args[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return reader.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("In " + name + ": " + sql + ": " + e.getMessage(), e);
        }
    }

    private static List<Map<String, Object>> rows(ResultSet rows) throws SQLException {
        List<Map<String, Object>> all = new ArrayList<>();
        while (rows.next()) {
            all.add(row(rows));
        }
        return Collections.unmodifiableList(all);
    }

    private static Map<String, Object> row(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            row.put(columns.getColumnLabel(i), rows.getObject(i));
        }
        return Collections.unmodifiableMap(row);
    }

    private static <T> T onlyValue(ResultSet rows, Class<T> type, String sql) throws SQLException {
        if (!rows.next()) {
            throw new AssertionError("No row: " + sql);
        }
        T value = convert(rows, type);
        if (rows.next()) {
            throw new AssertionError("More than one row: " + sql);
        }
        return value;
    }

    /** The driver gives a bigint to no Integer and json to no String; a test means just the value. */
    private static <T> T convert(ResultSet rows, Class<T> type) throws SQLException {
        if (rows.getObject(1) == null) {
            return null;
        }
        if (type == String.class) {
            return type.cast(rows.getString(1));
        }
        if (type == Integer.class) {
            return type.cast(rows.getInt(1));
        }
        if (type == Long.class) {
            return type.cast(rows.getLong(1));
        }
        return rows.getObject(1, type);
    }

    @Override
    public String toString() {
        return name + " (" + server + ")";
    }

    @FunctionalInterface
    private interface Reader<T> {

        T read(ResultSet rows) throws SQLException;
    }
}
