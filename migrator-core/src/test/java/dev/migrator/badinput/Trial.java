package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A folder of files against a database: runs it, and says what came of it. */
final class Trial {

    private final TestDatabase database;
    private final MigrationFolder folder;
    private UnaryOperator<MigratorBuilder> settings = UnaryOperator.identity();
    private String url;

    Trial(TestDatabase database, Path folder) {
        this.database = database;
        this.folder = new MigrationFolder(folder);
        this.url = database.jdbcUrl();
    }

    Trial write(String file, String... lines) {
        folder.write(file, String.join("\n", lines));
        return this;
    }

    Trial write(String file, byte[] bytes) {
        folder.write(file, bytes);
        return this;
    }

    Trial remove(String file) {
        folder.remove(file);
        return this;
    }

    Trial with(UnaryOperator<MigratorBuilder> more) {
        UnaryOperator<MigratorBuilder> before = settings;
        settings = builder -> more.apply(before.apply(builder));
        return this;
    }

    Trial as(String user) {
        url = database.urlFor(user);
        return this;
    }

    Trial at(String jdbcUrl) {
        url = jdbcUrl;
        return this;
    }

    Path folder() {
        return folder.path();
    }

    /** How a file of the folder is called in every message. */
    String shown(String file) {
        return folder.path() + "/" + file;
    }

    Migrator migrator() {
        return settings.apply(Migrator.builder()
                        .connection(url, null, null)
                        .connectionRetry(0, Duration.ZERO)
                        .locations(folder.location()))
                .build();
    }

    RunReport migrate() {
        return migrator().migrate();
    }

    /** Runs it and expects that nothing fails; the names that were applied, in order. */
    List<String> applied() {
        return migrate().orThrow().results().stream()
                .map(result -> result.migration() + " " + result.outcome())
                .toList();
    }

    MigratorException refusal() {
        MigratorException refusal = catchThrowableOfType(MigratorException.class, this::migrate);
        assertThat(refusal).as("the run is refused").isNotNull();
        return refusal;
    }

    /** Runs it and expects that it is refused for one reason. */
    Problem refused() {
        MigratorException refusal = refusal();
        assertThat(refusal.problems()).as("%s", refusal).hasSize(1);
        return refusal.first();
    }

    /** Runs it and expects that exactly one migration fails. */
    Problem failed() {
        List<Problem> failures = migrate().results().stream()
                .filter(result -> result.outcome() == StepResult.Outcome.FAILED)
                .map(StepResult::problem)
                .toList();
        assertThat(failures).as("failed migrations").hasSize(1);
        return failures.get(0);
    }

    /** Each row of the history as {@code name status}, in order. */
    List<String> history() {
        return database.query("SELECT migration_name, status FROM schema_migrations ORDER BY id").stream()
                .map(row -> row.get("migration_name") + " " + row.get("status"))
                .toList();
    }

    /** Every value of every row of the two tracking tables as one text. */
    String everythingRecorded() {
        return List.of("schema_migrations", "schema_migrations_log").stream()
                .flatMap(table -> database.query("SELECT * FROM " + table).stream())
                .map(Map::toString)
                .collect(Collectors.joining("\n"));
    }
}
