package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shell keeps, and how a process ends that waits for somebody. */
@PostgresTest
class CliShellIT {

    /** A run that can't be cancelled is given up after 20 s: whoever waits so long waits for nothing. */
    private static final int LIMIT_SECONDS = 15;

    private Path directory;
    private String address;

    @BeforeEach
    void prepare(@TempDir Path directory, TestDatabase database) {
        this.directory = directory;
        new MigrationFolder(directory.resolve("db/migration")).write("001-first.sql", "CREATE TABLE first (id int);");
        address = "postgres://" + database.server().user() + "@"
                + database.server().host() + ":" + database.server().port() + "/" + database.name();
    }

    private Cli cli(String databaseUrl) {
        return new Cli(directory, Map.of("DATABASE_URL", databaseUrl, "JDK_JAVA_OPTIONS", "-Duser.home=" + directory));
    }

    @Test
    void theHistoryIsTheUsersAloneAndHoldsNoPassword() throws IOException {
        String input = """
                pending
                status --url postgres://u:hunter2@localhost:1/none
                status --set migrator.password=hunter2
                list
                exit
                """;
        Path file = directory.resolve(".migrator_history");
        assertThat(cli(address).runWith(input, "shell").exitCode()).isZero();
        assertThat(Files.readString(file)).contains("pending", "list").doesNotContain("hunter2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        cli(address).runWith("validate\nexit\n", "shell");
        assertThat(Files.readString(file)).contains("pending", "validate");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void createAsksInTheShellToo() {
        Ended ended = cli(address).runWith("create one\nn\ncreate two\ny\nexit\n", "shell");
        assertThat(ended.out()).contains("It was not confirmed.", "Created db/migration/", "_two.sql");
        assertThat(directory.resolve("db/migration")).isDirectoryNotContaining("glob:**_one.sql");
    }

    @Test
    void aQuestionDoesNotHoldUpTheEndOfTheProcess() throws Exception {
        Path output = directory.resolve("output");
        Process process = cli(address).start(output, "shell");
        try {
            process.getOutputStream().write("migrate\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            CliJarIT.await(() -> text(output).contains("Run the pending migrations? [y/N]"));
            assertThat(terminated(process)).as(text(output)).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aConnectThatHangsDoesNotHoldUpTheEndOfTheProcess() throws Exception {
        Path output = directory.resolve("output");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = cli("postgres://u@localhost:" + silent.getLocalPort() + "/none")
                    .start(output, "migrate", "--set", "migrator.connect-timeout=60s");
            try (Socket client = silent.accept()) {
                assertThat(client.getInputStream().read()).isNotNegative();
                assertThat(terminated(process)).as(text(output)).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static int terminated(Process process) throws InterruptedException {
        process.toHandle().destroy();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("it has ended")
                .isTrue();
        return process.exitValue();
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
