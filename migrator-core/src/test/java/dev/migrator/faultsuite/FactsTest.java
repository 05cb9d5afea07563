package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faults.MigrateMain;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What judges the rounds of the suite sees each of the faults that it is there for. */
@PostgresTest
@Timeout(120)
class FactsTest {

    private static Facts facts(TestDatabase database) {
        return Facts.now(database.jdbcUrl(), FaultSet.MIXED);
    }

    @Test
    void whatIsTwiceMissingOrLeftIsSeen(TestDatabase database, @TempDir Path files) throws Exception {
        MigrationFolder folder = new MigrationFolder(files);
        FaultSet.MIXED.write(folder);
        MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .build()
                .migrate()
                .orThrow();
        assertThat(facts(database).isClean()).isTrue();

        database.execute(
                "INSERT INTO effects VALUES (3), (1007)",
                "DELETE FROM effects WHERE k IN (5, 1500)",
                "DELETE FROM schema_migrations WHERE version = '006'",
                "INSERT INTO schema_migrations_log OVERRIDING USER VALUE"
                        + " SELECT * FROM schema_migrations_log WHERE migration_name = '008-step' AND outcome = 'success'",
                "DROP INDEX i4",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i6'::regclass");

        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
            Facts facts = facts(database);

            assertThat(facts.twice()).containsExactlyInAnyOrder("effect 3", "effect 1007", "success of 008-step");
            assertThat(facts.missing())
                    .containsExactlyInAnyOrder("effect 5", "effect 1500", "index i4", "success of 006");
            assertThat(facts.left())
                    .hasSize(2)
                    .anyMatch(text -> text.startsWith("advisory lock of pid"))
                    .contains("INVALID index i6");
        }
    }
}
