package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever additive is taken away from whatever schema comes back just as it was. */
class ReconcilePropertyTest {

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void whatWasTakenAwayComesBackAsItWas(@ForAll long seed) throws IOException {
        RandomSchema schema = new RandomSchema(seed);
        Path path = Files.createTempDirectory("expected");
        MigrationFolder files = new MigrationFolder(path).write("all.sql", schema.expected());
        try (TestDatabase whole = TestDatabase.create();
                TestDatabase lacking = TestDatabase.create()) {
            whole.execute(schema.expected());
            lacking.execute(schema.live());
            lacking.execute("INSERT INTO \"T 0\" (id) SELECT generate_series(1, 10)");
            List<String> removals = schema.chosenRemovals();
            removals.forEach(lacking::execute);

            ReconcileReport report = Migrator.builder()
                    .connection(lacking.jdbcUrl(), null, null)
                    .expectedSchema(ExpectedSchemaMode.OFF, files.location())
                    .build()
                    .reconcile(ReconcileOptions.FIX);

            assertThat(report.problems()).as("after %s", removals).isEmpty();
            assertThat(SchemaReading.read(lacking, "public").text())
                    .as("after %s", removals)
                    .isEqualTo(SchemaReading.read(whole, "public").text());
        } finally {
            files.remove("all.sql");
            Files.delete(path);
        }
    }
}
