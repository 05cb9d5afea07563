package dev.migrator.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server of its own, as durable as the server's defaults: each COMMIT waits for the disk. */
final class Server implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private int databases;
    private double before;

    private Server(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static Server start() throws IOException {
        return new Server(EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                // it would come and go in the middle of anybody's run
                .setServerConfig("autovacuum", "off")
                .start());
    }

    int port() {
        return postgres.getPort();
    }

    String url(String database, int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres&password=postgres";
    }

    String url(String database) {
        return url(database, port());
    }

    /** A fresh database, and a server with nothing left to write. */
    String create(Subject subject) throws IOException, SQLException {
        String name = "bench_" + ++databases;
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
        if (subject == Subject.LOOP) {
            execute(name, PlainLoop.TABLE);
        }
        execute("postgres", "CHECKPOINT");
        takeProcessorSeconds();
        return name;
    }

    void drop(String database) throws SQLException {
        execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    }

    void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Looks again until it is so. */
    void awaitTrue(String database, String question) throws SQLException, InterruptedException {
        while (!ask(database, question).equals("t")) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    String ask(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /**
     * Seconds of the processor that server processes took which ended since the last call, or since the last database
     * was made; 0 where the system does not tell.
     */
    double takeProcessorSeconds() throws IOException, SQLException {
        double now = endedSeconds();
        double taken = now - before;
        before = now;
        return taken;
    }

    private double endedSeconds() throws IOException, SQLException {
        Path stat = Path.of("/proc", mainProcess(), "stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
    }

    private String mainProcess() throws IOException, SQLException {
        Path directory = Path.of(ask("postgres", "SHOW data_directory"));
        return Files.readAllLines(directory.resolve("postmaster.pid")).get(0).strip();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
