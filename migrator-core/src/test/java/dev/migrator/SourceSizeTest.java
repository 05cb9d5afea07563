package dev.migrator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tail is what separates code that is read with ease from code that is not. */
class SourceSizeTest {

    private static final int LINES_OF_A_FILE = 350;
    private static final int FILES_OF_A_PACKAGE = 24;

    @Test
    void noFileIsTooLong() throws IOException {
        Map<Path, Long> tooLong = new TreeMap<>();
        for (Path file : sources()) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > LINES_OF_A_FILE) {
                    tooLong.put(file, count);
                }
            }
        }
        assertThat(tooLong)
                .as("files over %s lines: each has two jobs, part them", LINES_OF_A_FILE)
                .isEmpty();
    }

    @Test
    void noPackageIsTooFull() throws IOException {
        Map<Path, Long> tooFull =
                sources().stream().filter(this::isType).collect(groupingBy(Path::getParent, TreeMap::new, counting()));
        tooFull.values().removeIf(count -> count <= FILES_OF_A_PACKAGE);
        assertThat(tooFull)
                .as("packages over %s files: each says two things, part them", FILES_OF_A_PACKAGE)
                .isEmpty();
    }

    private boolean isType(Path file) {
        return !file.endsWith("package-info.java");
    }

    /** Of every module: the others have no test of their own for this. */
    private List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."))) {
            for (Path module : modules) {
                Path root = module.resolve("src/main/java");
                if (Files.isDirectory(root)) {
                    try (Stream<Path> files = Files.walk(root)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                    }
                }
            }
        }
        assertThat(found)
                .as("source files of this module and of others")
                .anyMatch(file -> file.endsWith("dev/migrator/Migrator.java"))
                .anyMatch(file -> file.endsWith("dev/migrator/command/Commands.java"));
        return found;
    }
}
