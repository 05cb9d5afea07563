package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once even if the lock did nothing: the unique success row is the fence. */
@PostgresTest
class FenceTest {

    private static final String FOREIGN_SUCCESS = "INSERT INTO schema_migrations (migration_name, version, name, kind,"
            + " status, applied_at, run_id) VALUES ('%s', '002', 'b', 'sql', 'success', now(), 'another')";

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path).write("001-a.sql", "CREATE TABLE log (k int);");
    }

    /** As soon as the plan is made and the lock is held, "another node" applies 002. */
    private RunReport runWhileAnotherNodeApplies(TestDatabase database, String migration) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .listener(event -> {
                    if (event instanceof MigrationEvent.RunStarted started
                            && started.planned().stream()
                                    .anyMatch(m -> m.value().equals(migration))) {
                        database.execute(FOREIGN_SUCCESS.replace("%s", migration));
                    }
                })
                .build()
                .migrate();
    }

    @Test
    void theSecondOneIsRolledBackAndTheRunGoesOn(TestDatabase database) {
        folder.write("002-b.sql", "INSERT INTO log VALUES (2);").write("003-c.sql", "INSERT INTO log VALUES (3);");

        RunReport report = runWhileAnotherNodeApplies(database, "002-b");

        assertThat(report.isSuccess()).isTrue();
        assertThat(report.results())
                .filteredOn(result -> result.migration().value().equals("002-b"))
                .extracting(StepResult::outcome)
                .containsExactly(StepResult.Outcome.APPLIED_ELSEWHERE);
        assertThat(database.query("SELECT k FROM log")).hasToString("[{k=3}]");
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Long.class))
                .isEqualTo(3);
    }

    @Test
    void aStatementwiseOneDoesNotBeginWhenAnotherNodeHasIt(TestDatabase database) {
        folder.write("002-b.sql", "-- migrator: no-transaction\nINSERT INTO log VALUES (2);");

        RunReport report = runWhileAnotherNodeApplies(database, "002-b");

        assertThat(report.isSuccess()).isTrue();
        assertThat(database.query("SELECT k FROM log")).isEmpty();
    }
}
