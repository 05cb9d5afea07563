package dev.migrator.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server repeats values of rows in its messages; what stays in tables and shows on pages does not. */
@PostgresTest
class RowValuesTest {

    @Test
    void theLogAloneHasTheValueThatFailed(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write(
                        "001-users.sql",
                        "CREATE TABLE users (id int PRIMARY KEY, name text, n int);"
                                + "INSERT INTO users VALUES (1, '7', 0), (2, 'Ann', 0);")
                .write(
                        "002-batch.sql",
                        "-- migrator: batch table=users max-failures=1\n"
                                + "UPDATE users SET n = name::int WHERE id BETWEEN :from AND :to;")
                .write("003-file.sql", "UPDATE users SET n = name::int;");
        Migrator migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate())
                .build();

        List<Problem> problems = migrator.migrate().results().stream()
                .map(StepResult::problem)
                .filter(Objects::nonNull)
                .toList();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.headline())
                    .isEqualTo("ERROR: invalid input syntax for type integer: *** (SQLSTATE 22P02)");
            assertThat(problem.text()).contains("Whole message: invalid input syntax for type integer: \"Ann\"");
        });
        assertThat(database.value("SELECT message FROM schema_migration_failures", String.class))
                .isEqualTo("ERROR: invalid input syntax for type integer: *** (SQLSTATE 22P02)");
        assertThat(database.value("SELECT string_agg(error_message, '') FROM schema_migrations", String.class))
                .contains("invalid input syntax")
                .doesNotContain("Ann");
        assertThat(database.value(
                        "SELECT string_agg(coalesce(detail, ''), '') FROM schema_migrations_log", String.class))
                .doesNotContain("Ann");
    }
}
