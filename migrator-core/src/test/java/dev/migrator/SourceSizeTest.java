package dev.migrator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(found).as("source files below the module's directory").isNotEmpty();
            return found;
        }
    }
}
