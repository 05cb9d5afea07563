package dev.migrator.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;

/**
 * A server of a test's own: it can be stopped as by a power cut, restarted, followed by a standby and replaced by it.
 * Unlike the shared one it is durable: what it has committed survives. Linux only, which is where {@code pg_ctl} is at
 * hand; elsewhere the test is skipped.
 */
public final class OwnServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path binaries;
    private final Path data;
    private final int port;

    private OwnServer(Path binaries, Path data) {
        this.binaries = binaries;
        this.data = data;
        this.port = freePort();
        // a JVM that is stopped in the middle leaves no server behind
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** With an empty cluster in the folder, which must not exist; stopped. */
    public static OwnServer create(Path data) {
        Assumptions.assumeTrue("Linux".equals(System.getProperty("os.name")), "pg_ctl is at hand");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(START_LIMIT)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start()) {
            return new OwnServer(binariesOf(data), data);
        } catch (IOException e) {
            throw new UncheckedIOException("No cluster in " + data, e);
        }
    }

    /** Where they are, the postmaster tells; its number is in a file beside its data. */
    private static Path binariesOf(Path data) throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        return Path.of(ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow())
                .getParent();
    }

    /** The same cluster in another folder; this one must be stopped. */
    public OwnServer copy(Path to) {
        run(List.of("cp", "-a", data.toString(), to.toString()));
        return new OwnServer(binaries, to);
    }

    /** From its next start on it follows the other one, whose copy it is. */
    public OwnServer follow(OwnServer primary) {
        try {
            Files.createFile(data.resolve("standby.signal"));
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=" + primary.port + " user=postgres'\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Waits until it answers. @param settings as {@code name=value} */
    public OwnServer start(String... settings) {
        return start(true, settings);
    }

    /** Waits for nothing: a server that refuses its clients at first is never ready for {@code pg_ctl}. */
    public OwnServer startUnready(String... settings) {
        return start(false, settings);
    }

    private OwnServer start(boolean wait, String... settings) {
        // as many connections as the cluster was made with: a standby may not have fewer
        StringBuilder options = new StringBuilder("-p " + port + " -c max_connections=300");
        for (String setting : settings) {
            options.append(" -c ").append(setting);
        }
        pgCtl("start", "-l", data.resolve("server.log").toString(), "-o", options.toString(), wait ? "-w" : "-W");
        return this;
    }

    /** As after a power cut: nobody is asked, nothing is written any more. */
    public void crash() {
        pgCtl("stop", "-m", "immediate", "-w");
    }

    /** {@code pg_ctl restart -m immediate}: a crash, and the recovery from it. */
    public void crashAndRestart() {
        pgCtl("restart", "-m", "immediate", "-w");
    }

    public void stop() {
        pgCtl("stop", "-m", "fast", "-w");
    }

    /** A standby becomes the primary. */
    public void promote() {
        pgCtl("promote", "-w");
    }

    public boolean isRunning() {
        return Files.exists(data.resolve("postmaster.pid"));
    }

    public int port() {
        return port;
    }

    public String url() {
        return url("127.0.0.1:" + port);
    }

    /** @param hosts one or several, each with its port, parted by commas */
    public static String url(String hosts) {
        return "jdbc:postgresql://" + hosts + "/postgres?user=postgres";
    }

    /** Each in its own transaction. */
    public void execute(String... statements) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("At " + this + ": " + e.getMessage(), e);
        }
    }

    /** The first value of the first row, as text. */
    public String value(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("At " + this + ": " + e.getMessage(), e);
        }
    }

    /** What it has written. */
    public String log() {
        try {
            return Files.readString(data.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pgCtl(String... arguments) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // the server refuses root; in a user namespace of its own root is nobody, and still owns the files
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(binaries.resolve("pg_ctl").toString(), "-D", data.toString()));
        command.addAll(List.of("-t", Long.toString(START_LIMIT.toSeconds()), "-s"));
        command.addAll(List.of(arguments));
        try {
            run(command);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(log(), e);
        }
    }

    /** Its output goes to a file: the server that it starts would keep a pipe open. */
    private static void run(List<String> command) {
        try {
            Path output = Files.createTempFile("own-server", ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = process.waitFor();
            String said = Files.readString(output);
            Files.delete(output);
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted: " + command, e);
        }
    }

    /** Below the ports that clients are given: while the server is away nobody else may get its own. */
    private static int freePort() {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                continue;
            }
        }
        throw new IllegalStateException("No free port found");
    }

    /** Its data stay. */
    @Override
    public void close() {
        if (isRunning()) {
            crash();
        }
    }

    @Override
    public String toString() {
        return "own PostgreSQL at " + port;
    }
}
