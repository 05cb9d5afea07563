package dev.migrator.faultsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The table of all trials, in {@code target/faults.md}, printed when the last test of the JVM has ended. Each row is kept
 * in a file of its own, so that the parts of the suite may also be run one after the other.
 */
final class FaultTable implements BeforeAllCallback, AutoCloseable {

    private static final Path ROWS = Path.of("target", "faults");
    private static final Path TABLE = Path.of("target", "faults.md");

    private static final String HEAD = """
            | fault | rounds | survived | nothing twice | nothing lost | nothing left locked | time to recover: median, longest |
            | --- | --- | --- | --- | --- | --- | --- |
            """;

    @Override
    public void beforeAll(ExtensionContext test) {
        test.getRoot()
                .getStore(ExtensionContext.Namespace.create(FaultTable.class))
                .computeIfAbsent(FaultTable.class, key -> this);
    }

    /** @param place where it stands in the table */
    static void add(String place, String row) {
        try {
            Files.createDirectories(ROWS);
            Files.writeString(ROWS.resolve(place + ".row"), row + "\n");
            Files.writeString(TABLE, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text() throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        try (Stream<Path> files = Files.list(ROWS)) {
            List<Path> rows = files.sorted().toList();
            for (Path row : rows) {
                text.append(Files.readString(row));
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        System.out.print(text());
    }
}
