package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither what a file sends nor what the server answers is kept. */
@PostgresTest
class LargeFilesTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path path;

    private void migrateIn128Megabytes(TestDatabase database) {
        try (ChildJvm child = ChildJvm.of(MigrateFolder.class, database.jdbcUrl(), "filesystem:" + path)
                .maxHeap("128m")
                .start()) {
            assertThat(child.waitFor(LIMIT)).as(child::output).isZero();
            assertThat(child.output()).contains("Applied: 1, Failed: 0, Total: 1");
        }
    }

    @Test
    void fiveMillionRowsOfAnAnswerAreDropped(TestDatabase database) throws IOException {
        Files.writeString(
                path.resolve("001-answer.sql"),
                "CREATE TABLE t (id int);\nSELECT n, repeat('x', 20) FROM generate_series(1, 5000000) n;\n");

        migrateIn128Megabytes(database);

        assertThat(database.exists("t")).isTrue();
    }

    @Test
    void fourHundredThousandStatementsAreStreamed(TestDatabase database) throws IOException {
        Path file = path.resolve("001-inserts.sql");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("CREATE TABLE t (id int, text text);\n");
            for (int i = 0; i < 400_000; i++) {
                out.write("INSERT INTO t (id, text) VALUES (" + i + ", '" + "some text; of a row ".repeat(3) + "');\n");
            }
        }
        assertThat(Files.size(file)).isGreaterThan(40_000_000);

        migrateIn128Megabytes(database);

        assertThat(database.value("SELECT count(*) FROM t", Long.class)).isEqualTo(400_000);
        assertThat(database.value("SELECT count(DISTINCT xmin::text) FROM t", Long.class))
                .isEqualTo(1);
    }
}
