package dev.migrator.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The real PgBouncer before a test's database. Where it is not installed, the test is skipped with a reason, and fails on
 * a build server (environment variable {@code CI=true}): there it must never be forgotten.
 */
public final class PgBouncer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Process process;
    private final Path folder;
    private final int port;

    private PgBouncer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * @param poolMode {@code transaction} or {@code session}
     * @param poolSize how many server processes all clients share
     * @param more further lines of the section {@code [pgbouncer]}
     */
    public static PgBouncer before(TestDatabase database, String poolMode, int poolSize, String... more) {
        Path binary = find();
        try {
            int port = freePort();
            Path folder = Files.createTempDirectory("pgbouncer");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path ini = folder.resolve("pgbouncer.ini");
            Files.writeString(ini, configuration(database.server(), folder, port, poolMode, poolSize, more));
            Files.writeString(
                    folder.resolve("users.txt"),
                    "\"" + database.server().user() + "\" \""
                            + database.server().password() + "\"\n");
            Process process = new ProcessBuilder(command(binary, ini))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output.log").toFile())
                    .start();
            PgBouncer bouncer = new PgBouncer(process, folder, port);
            bouncer.awaitOpen();
            return bouncer;
        } catch (IOException e) {
            throw new IllegalStateException("PgBouncer does not start", e);
        }
    }

    private static Path find() {
        for (String candidate : List.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")) {
            if (Files.isExecutable(Path.of(candidate))) {
                return Path.of(candidate);
            }
        }
        String reason =
                "PgBouncer is not installed: what the poolers' users get is NOT tested (apt-get install pgbouncer)";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
        }
        System.out.println(reason);
        return Assumptions.abort(reason);
    }

    /** It refuses to run as root; everybody else runs it as themselves. */
    private static List<String> command(Path binary, Path ini) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("runuser", "-u", "nobody", "--"));
        }
        command.addAll(List.of(binary.toString(), ini.toString()));
        return command;
    }

    private static String configuration(
            PostgresServer server, Path folder, int port, String poolMode, int poolSize, String... more) {
        return String.format(
                Locale.ROOT,
                """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s/users.txt
                pool_mode = %s
                default_pool_size = %d
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                server_fast_close = 1
                %s
                """,
                server.host(),
                server.port(),
                port,
                folder,
                poolMode,
                poolSize,
                String.join("\n", more));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitOpen() throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("PgBouncer says: " + log(), e);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    /** What it has written. */
    public String log() {
        try {
            return Files.readString(folder.resolve("output.log"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    public String jdbcUrl(TestDatabase database) {
        return database.jdbcUrlThrough(port);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            process.waitFor();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
