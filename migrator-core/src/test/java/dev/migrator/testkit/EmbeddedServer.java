package dev.migrator.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL from unpacked binaries: needs neither Docker nor an installation, and runs as root too.
 *
 * <p>Its data are in memory where the system has a file system for that: a fresh database is 300 files, and to make and
 * remove them on a disk takes ten times the processor time.
 */
final class EmbeddedServer {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String FOLDER = "migrator-test-postgres-";
    /** What a server may need, and others' share. */
    private static final long ROOM = 4L << 30;

    private EmbeddedServer() {}

    static PostgresServer start() {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPGStartupWait(START_LIMIT);
        PostgresServer.settings().forEach(builder::setServerConfig);
        try {
            if (hasRoom()) {
                removeLeftovers();
                builder.setDataDirectory(
                        MEMORY.resolve(FOLDER + ProcessHandle.current().pid()));
            }
            EmbeddedPostgres postgres = builder.start();
            return new PostgresServer("localhost", postgres.getPort(), "postgres", "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", e);
        }
    }

    private static boolean hasRoom() throws IOException {
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM;
    }

    /** Of JVMs that were killed: nobody else gives this memory back. */
    private static void removeLeftovers() throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(MEMORY)) {
            folders = all.filter(folder -> folder.getFileName().toString().matches(FOLDER + "\\d+"))
                    .filter(folder -> ProcessHandle.of(pid(folder)).isEmpty())
                    .toList();
        }
        for (Path folder : folders) {
            remove(folder);
        }
    }

    private static long pid(Path folder) {
        return Long.parseLong(folder.getFileName().toString().substring(FOLDER.length()));
    }

    /** Two JVMs may clear away the same one: what has gone meanwhile is no failure. */
    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException | IOException e) {
            if (Files.exists(folder)) {
                throw new IOException("The data of a test that was killed are still in " + folder, e);
            }
        }
    }
}
