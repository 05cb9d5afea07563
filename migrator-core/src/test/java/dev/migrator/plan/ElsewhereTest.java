package dev.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.migrator.MigrateOptions;
import dev.migrator.MigrationStatus;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.StatusReport;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.ElsewhereMigration;
import dev.migrator.migration.MigrationName;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import dev.migrator.source.CodeElsewhere;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: migrations in Java that run in another process than the one that looks. */
@PostgresTest
class ElsewhereTest {

    private static final String NAME = "002-hash";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-t.sql", "CREATE TABLE t (id int);");
    }

    private MigratorBuilder builder(PlanOptions options) {
        ElsewhereMigration hash = new ElsewhereMigration(MigrationName.of(NAME), "com.example.Hash");
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .planOptions(options.withCodeElsewhere())
                .codeElsewhere(new CodeElsewhere(List.of(hash), List.of("com.example.Other")));
    }

    private Migrator migrator() {
        return builder(PlanOptions.defaults()).build();
    }

    private static List<Problem> told(List<Problem> problems) {
        return problems.stream()
                .filter(problem -> problem.code() == ProblemCode.CODE_ELSEWHERE)
                .toList();
    }

    @Test
    void itIsListedInItsPlaceAndNotRun() {
        assertThat(migrator().migrate().orThrow().applied()).isEqualTo(1);

        StatusReport report = migrator().status();
        MigrationStatus hash = report.migrations().get(1);
        assertThat(hash.name()).isEqualTo(NAME);
        assertThat(hash.elsewhere()).isTrue();
        assertThat(hash.state()).isEqualTo(MigrationState.PENDING);
        assertThat(hash.remark()).isEqualTo("in Java (com.example.Hash); runs in its application");
        assertThat(report.pending()).isEmpty();
        assertThat(report.isComplete()).isTrue();
        assertThat(told(report.problems()))
                .extracting(Problem::subject, Problem::severity)
                .containsExactlyInAnyOrder(tuple("com.example.Other", Severity.INFO), tuple(NAME, Severity.INFO));
    }

    @Test
    void whatOvertakesItIsWarnedOfOrRefused() {
        migrator().migrate();
        folder.write("003-u.sql", "CREATE TABLE u (id int);");

        PlanOptions strict = new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.FAIL, Set.of(), null);
        assertThatThrownBy(() -> builder(strict).build().migrate())
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("what comes after it here runs without it");
        assertThat(database.exists("u")).isFalse();
        assertThat(told(migrator().migrate().orThrow().problems()))
                .anyMatch(problem -> problem.subject().equals(NAME) && problem.severity() == Severity.WARNING);
        assertThat(database.exists("u")).isTrue();
    }

    @Test
    void whatDependsOnItWaitsAndItselfIsRefusedByName() {
        folder.write("003-u.sql", "-- migrator: depends=" + NAME + "\nCREATE TABLE u (id int);");

        assertThatThrownBy(() -> migrator().migrate()).hasMessageContaining("does not run here");
        assertThatThrownBy(() -> migrator().migrate(MigrateOptions.only(NAME)))
                .hasMessageContaining("runs in its application, not here");
        assertThat(database.exists("u")).isFalse();
    }

    @Test
    void whatTheApplicationHasAppliedIsNotMissing() {
        migrator().migrate();
        database.execute(
                "INSERT INTO schema_migrations SELECT (m).* FROM (SELECT jsonb_populate_record(m, jsonb_build_object('id',"
                        + " m.id + n, 'migration_name', '00' || n || '-java', 'kind', 'code')) AS m FROM"
                        + " schema_migrations m, generate_series(4, 5) n) r");

        StatusReport report = migrator().status();
        assertThat(report.problems()).noneMatch(problem -> problem.code() == ProblemCode.MISSING_FILE);
        assertThat(report.migrations().get(0).remark()).isEqualTo("in Java; known only to its application");
        assertThat(Migrator.builder()
                        .connection(database.jdbcUrl(), null, null)
                        .locations(folder.location())
                        .build()
                        .status()
                        .problems())
                .as("in the application itself it is")
                .anyMatch(problem -> problem.code() == ProblemCode.MISSING_FILE);
    }
}
