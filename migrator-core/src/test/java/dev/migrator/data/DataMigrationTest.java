package dev.migrator.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.DryRunReport;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.RollbackReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.DataMigrationSource;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.plan.PlanOptions;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;

/** Issue 5: migrations in Java stand in one order and one history with the files, and are as safe as they are. */
@PostgresTest
class DataMigrationTest {

    private static final String NAME = "20250121-password-bcrypt";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        folder.write(
                "20250101-t.sql",
                "CREATE TABLE t (id int PRIMARY KEY, word text); INSERT INTO t VALUES (1, 'a'), (2, 'b');");
        database = fresh;
    }

    private MigratorBuilder builder(Code... code) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .dataMigrations(code);
    }

    private RunReport migrate(Code... code) {
        return builder(code).build().migrate();
    }

    private Problem failure(Code code) {
        RunReport report = migrate(code);
        StepResult last = report.results().get(report.results().size() - 1);
        assertThat(last.outcome()).isEqualTo(StepResult.Outcome.FAILED);
        assertThat(last.problem()).isNotNull();
        return last.problem();
    }

    private Map<String, Object> row(String name) {
        return database.query(
                        "SELECT status, kind, checksum, records_processed, metadata::text AS metadata, error_message,"
                                + " sql_state FROM schema_migrations WHERE migration_name = ?",
                        name)
                .get(0);
    }

    private List<Integer> ids() {
        return database.query("SELECT id FROM t ORDER BY id").stream()
                .map(row -> (Integer) row.get("id"))
                .toList();
    }

    @Test
    void runsBetweenTheFilesInOneOrderAndOneHistory() {
        folder.write("20250301-after.sql", "INSERT INTO t VALUES (9, (SELECT string_agg(word, '') FROM t));");

        RunReport report = migrate(Code.sql(NAME, "UPDATE t SET word = upper(word)"));

        assertThat(report.orThrow().applied()).isEqualTo(3);
        assertThat(database.value("SELECT word FROM t WHERE id = 9", String.class))
                .isEqualTo("AB");
        assertThat(database.query("SELECT migration_name FROM schema_migrations ORDER BY id"))
                .extracting(row -> row.get("migration_name"))
                .containsExactly("20250101-t", NAME, "20250301-after");
        assertThat(row(NAME)).containsEntry("status", "success").containsEntry("kind", "code");
        assertThat(migrate(Code.sql(NAME, "UPDATE t SET word = 'again'")).applied())
                .isZero();
    }

    @Test
    void keepsWhatItSaysOfItsWork() {
        migrate(new Code(
                        NAME,
                        context -> MigrationResult.partly(2, 1)
                                .with("algorithm", "bcrypt \"10\"")
                                .with("rounds", 10)
                                .with("skipped", List.of(1, "two"))))
                .orThrow();

        assertThat(row(NAME)).containsEntry("records_processed", 2L);
        assertThat(database.value(
                        "SELECT metadata = jsonb '{\"algorithm\": \"bcrypt \\\"10\\\"\", \"rounds\": 10, \"skipped\":"
                                + " [1, \"two\"], \"recordsFailed\": 1}' FROM schema_migrations WHERE kind = 'code'",
                        Boolean.class))
                .isTrue();
    }

    @Test
    void anExceptionRollsBackAndSaysWhere() {
        Problem problem = failure(new Code(NAME, context -> {
            context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
            context.jdbc().sql("INSERT INTO t VALUES (1, 'secret')").update();
            return MigrationResult.success(1);
        }));

        assertThat(problem.description())
                .contains(
                        "up() failed: ERROR: duplicate key value violates unique constraint \"t_pkey\" (SQLSTATE 23505)")
                .contains("rolled back");
        assertThat(ids()).containsExactly(1, 2);
        assertThat(row(NAME)).containsEntry("status", "failed").containsEntry("sql_state", "23505");
        assertThat(String.valueOf(row(NAME).get("error_message"))).doesNotContain("(id)=(1)");
        assertThat(migrate(Code.sql(NAME, "INSERT INTO t VALUES (3, 'c')"))
                        .orThrow()
                        .applied())
                .isEqualTo(1);
    }

    @Test
    void aResultThatSaysFailureRollsBackAsAnExceptionDoes() {
        Problem problem = failure(new Code(NAME, context -> {
            context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
            return MigrationResult.failure("the pepper is missing");
        }));

        assertThat(problem.description()).contains("the pepper is missing");
        assertThat(ids()).containsExactly(1, 2);
        assertThat(String.valueOf(row(NAME).get("error_message"))).contains("the pepper is missing");
    }

    @Test
    void aVerificationThatFailsRollsBack() {
        Code wrong = Code.sql(NAME, "UPDATE t SET word = 'x' WHERE id = 1")
                .verifiedBy(context -> context.jdbc()
                                .sql("SELECT count(*) FROM t WHERE word <> 'x'")
                                .query(Long.class)
                                .single()
                        == 0);

        assertThat(failure(wrong).description()).contains("verify()");
        assertThat(database.value("SELECT word FROM t WHERE id = 1", String.class))
                .isEqualTo("a");
    }

    @Test
    void aVerificationThatThrowsRollsBack() {
        Code wrong = Code.sql(NAME, "DELETE FROM t").verifiedBy(context -> {
            throw new IllegalStateException("no rows left");
        });

        assertThat(failure(wrong).description()).contains("verify() failed").contains("no rows left");
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void noResultAndErrorsOfTheCodeAreFailures() {
        assertThat(failure(new Code(NAME, context -> null)).description()).contains("null");
        assertThat(failure(new Code(NAME, context -> {
                            throw new NoClassDefFoundError("com/acme/Encoder");
                        }))
                        .description())
                .contains("com/acme/Encoder");
    }

    @Test
    void anErrorThatWasCaughtIsNotTakenForSuccess() {
        Problem problem = failure(new Code(NAME, context -> {
            try {
                context.jdbc().sql("INSERT INTO t VALUES (1, 'again')").update();
            } catch (RuntimeException e) {
                context.log().info("somebody was here before");
            }
            return MigrationResult.success(0);
        }));

        assertThat(problem.description()).contains("went on after a statement had failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"COMMIT", "rollback", "/* done */ END", "INSERT INTO t VALUES (4, 'd'); COMMIT; BEGIN", "BEGIN"})
    void textsThatWouldEndTheTransactionAreRefused(String sql) {
        Problem problem = failure(new Code(NAME, context -> {
            context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
            try (Connection connection = context.dataSource().getConnection()) {
                connection.createStatement().execute(sql);
            }
            return MigrationResult.success(1);
        }));

        assertThat(problem.description()).contains("may not call");
        assertThat(ids()).containsExactly(1, 2);
    }

    interface Misuse {
        void of(Connection connection) throws SQLException;
    }

    @Test
    void callsThatWouldEndTheTransactionAreRefused() {
        List<Misuse> misuses = List.of(
                Connection::commit,
                Connection::rollback,
                connection -> connection.setAutoCommit(true),
                connection -> connection.abort(Runnable::run),
                connection -> connection.createStatement().getConnection().commit(),
                connection -> connection.prepareStatement("COMMIT").execute());
        for (Misuse misuse : misuses) {
            Problem problem = failure(new Code(NAME, context -> {
                context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
                misuse.of(context.dataSource().getConnection());
                return MigrationResult.success(1);
            }));
            assertThat(problem.description()).contains("may not call");
            assertThat(ids()).containsExactly(1, 2);
        }
    }

    @Test
    void closingTheConnectionIsHarmless() {
        migrate(new Code(NAME, context -> {
                    try (Connection connection = context.dataSource().getConnection()) {
                        connection.setAutoCommit(false);
                        connection.createStatement().execute("INSERT INTO t VALUES (3, 'c')");
                    }
                    return MigrationResult.success(context.jdbc()
                            .sql("INSERT INTO t VALUES (4, 'end')")
                            .update());
                }))
                .orThrow();

        assertThat(ids()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aCommitAroundTheGuardIsFoundOut() {
        Problem problem = failure(new Code(NAME, context -> {
            context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
            BaseConnection driver = context.dataSource().getConnection().unwrap(BaseConnection.class);
            driver.execSQLUpdate("COMMIT");
            context.jdbc().sql("INSERT INTO t VALUES (4, 'd')").update();
            return MigrationResult.success(1);
        }));

        assertThat(problem.description()).contains("has ended the transaction");
        assertThat(row(NAME)).containsEntry("status", "failed");
        assertThat(ids())
                .as("what it committed itself is there, the rest is not")
                .containsExactly(1, 2, 3);
    }

    @Test
    void savepointsAndTheDriversOwnExtrasWork() {
        migrate(new Code(NAME, context -> {
                    Connection connection = context.dataSource().getConnection();
                    Savepoint before = connection.setSavepoint();
                    try {
                        context.jdbc().sql("INSERT INTO t VALUES (1, 'again')").update();
                    } catch (RuntimeException e) {
                        connection.rollback(before);
                    }
                    long copied = connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY t FROM STDIN", new java.io.StringReader("3\tc\n4\td\n"));
                    return MigrationResult.success(copied);
                }))
                .orThrow();

        assertThat(ids()).containsExactly(1, 2, 3, 4);
        assertThat(row(NAME)).containsEntry("records_processed", 2L);
    }

    @Test
    void rowsAreFetchedPieceByPieceWhereTheCodeAsksForIt() {
        AtomicInteger portals = new AtomicInteger();
        migrate(new Code(NAME, context -> {
                    Connection connection = context.dataSource().getConnection();
                    try (var statement = connection.prepareStatement("SELECT generate_series(1, 1000)")) {
                        statement.setFetchSize(10);
                        try (var rows = statement.executeQuery()) {
                            rows.next();
                            portals.set(context.jdbc()
                                    .sql("SELECT count(*) FROM pg_cursors")
                                    .query(Integer.class)
                                    .single());
                        }
                    }
                    return MigrationResult.success(0);
                }))
                .orThrow();

        assertThat(portals).as("a portal of the server holds the rest").hasValueGreaterThan(0);
    }

    @Test
    void theConnectionIsOfNoUseWhenTheCallIsOver() {
        AtomicReference<Connection> kept = new AtomicReference<>();
        migrate(new Code(NAME, context -> {
                    kept.set(context.dataSource().getConnection());
                    return MigrationResult.success(0);
                }))
                .orThrow();

        assertThatThrownBy(() -> kept.get().createStatement()).hasMessageContaining("over");
    }

    @Test
    void whatItLeavesInTheSessionDoesNotReachTheNext() {
        folder.write("20250301-after.sql", """
                INSERT INTO t VALUES (3, current_setting('search_path') || ' ' || current_setting('statement_timeout'));""");
        migrate(new Code(NAME, context -> {
                    context.jdbc()
                            .sql("CREATE TEMP TABLE t (id int, word text)")
                            .update();
                    context.jdbc().sql("SET search_path = pg_catalog").update();
                    context.jdbc().sql("SET statement_timeout = '77s'").update();
                    context.jdbc().sql("SELECT pg_advisory_lock(42)").query().singleRow();
                    return MigrationResult.success(0);
                }))
                .orThrow();

        assertThat(database.value("SELECT word FROM t WHERE id = 3", String.class))
                .isEqualTo("\"$user\", public 0");
    }

    @Test
    void setTransactionCanBeItsFirstStatement() {
        migrate(new Code(NAME, context -> {
                    context.jdbc()
                            .sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                            .update();
                    return MigrationResult.success(context.jdbc()
                            .sql("INSERT INTO t VALUES (3, current_setting('transaction_isolation'))")
                            .update());
                }))
                .orThrow();

        assertThat(database.value("SELECT word FROM t WHERE id = 3", String.class))
                .isEqualTo("serializable");
    }

    @Test
    void aLockThatIsNotGrantedIsTriedAgain() throws Exception {
        migrate().orThrow();
        AtomicInteger calls = new AtomicInteger();
        List<MigrationEvent> retried = new ArrayList<>();
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            Code code = new Code(NAME, context -> {
                calls.incrementAndGet();
                return MigrationResult.success(
                        context.jdbc().sql("UPDATE t SET word = 'x'").update());
            });
            builder(code)
                    .lockTimeout(Duration.ofMillis(100))
                    .listener(event -> {
                        if (event instanceof MigrationEvent.MigrationRetried) {
                            retried.add(event);
                            rollBack(other);
                        }
                    })
                    .build()
                    .migrate()
                    .orThrow();
        }

        assertThat(calls).hasValue(2);
        assertThat(retried).hasSize(1);
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSessionThatDiesInTheMiddleIsReplacedAndTheCodeCalledAgain() {
        AtomicInteger calls = new AtomicInteger();
        RunReport report = builder(new Code(NAME, context -> {
                    context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
                    if (calls.incrementAndGet() == 1) {
                        int pid = context.jdbc()
                                .sql("SELECT pg_backend_pid()")
                                .query(Integer.class)
                                .single();
                        database.query("SELECT pg_terminate_backend(?)", pid);
                        context.jdbc().sql("SELECT 1").query().singleRow();
                    }
                    return MigrationResult.success(1);
                }))
                .connectionRetry(3, Duration.ofMillis(10))
                .build()
                .migrate();

        assertThat(report.orThrow().applied()).isEqualTo(2);
        assertThat(calls).hasValue(2);
        assertThat(ids()).containsExactly(1, 2, 3);
    }

    @Test
    void dryRunCallsItAndRollsBack() {
        migrate().orThrow();
        AtomicReference<Boolean> dry = new AtomicReference<>();
        DryRunReport report = builder(new Code(NAME, context -> {
                    dry.set(context.dryRun());
                    context.progress(1, 2);
                    return MigrationResult.success(
                            context.jdbc().sql("UPDATE t SET word = 'x'").update());
                }))
                .build()
                .dryRun();

        assertThat(dry.get()).isTrue();
        assertThat(report.rehearsals()).hasSize(1);
        assertThat(report.text())
                .contains(NAME)
                .contains("2 records would be migrated")
                .contains("1 of 2");
        assertThat(database.value("SELECT count(*) FROM t WHERE word = 'x'", Long.class))
                .isZero();
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE kind = 'code'", Long.class))
                .isZero();
    }

    @Test
    void dryRunTellsWhatWouldFail() {
        DryRunReport report =
                builder(Code.sql(NAME, "UPDATE t SET word = 'x'")).build().dryRun();

        assertThat(report.rehearsals().get(0).failure()).isNotNull();
        assertThat(report.text()).contains("\"t\" does not exist");
    }

    @Test
    void objectsAreMadeWhenTheyArePendingAndNotBefore() {
        AtomicInteger made = new AtomicInteger();
        DataMigrationSource late = () -> List.of(new DataMigrationSource.Entry(MigrationName.of(NAME), "Late", () -> {
            made.incrementAndGet();
            return Code.sql(NAME, "UPDATE t SET word = 'x'");
        }));
        Migrator migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .dataMigrations(late)
                .build();

        migrator.migrate().orThrow();
        assertThat(made).hasValue(1);
        migrator.migrate().orThrow();
        assertThat(migrator.status().statistics().applied()).isEqualTo(2);
        assertThat(made).hasValue(1);
    }

    @Test
    void anObjectThatCantBeMadeStopsTheRunAndNotTheStatus() {
        Migrator migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .dataMigrations(() -> List.of(new DataMigrationSource.Entry(MigrationName.of(NAME), "Broken", () -> {
                    throw new IllegalStateException("no bean of type Encoder");
                })))
                .build();

        assertThatThrownBy(migrator::migrate)
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().code()).isEqualTo(ProblemCode.CODE_UNAVAILABLE))
                .hasMessageContaining("no bean of type Encoder");
        assertThat(migrator.status().problems()).anyMatch(p -> p.code() == ProblemCode.CODE_UNAVAILABLE);
    }

    @Test
    void aNameThatAFileHasIsRefused() {
        assertThatThrownBy(() -> migrate(Code.sql("20250101-t", "SELECT 1")))
                .hasMessageContaining("the same name as a file");
    }

    @Test
    void manualEnvironmentsAndDependenciesCountAsForFiles() {
        Code manual = Code.sql("20250201-a", "UPDATE t SET word = 'manual'").manually();
        Code staging = Code.sql("20250202-b", "UPDATE t SET word = 'staging'").only("staging");
        Code after = Code.sql("20250203-c", "INSERT INTO t VALUES (3, 'c')").after("20250101-t");

        RunReport report = builder(manual, staging, after)
                .planOptions(new PlanOptions(
                        PlanOptions.OnFinding.WARN,
                        PlanOptions.OnFinding.WARN,
                        PlanOptions.OnFinding.WARN,
                        Set.of("production"),
                        null))
                .build()
                .migrate();

        assertThat(report.orThrow().applied()).isEqualTo(2);
        assertThat(ids()).containsExactly(1, 2, 3);
        assertThatThrownBy(
                        () -> migrate(after, Code.sql("20250204-d", "SELECT 1").after("20990101-unknown")))
                .hasMessageContaining("20990101-unknown");
    }

    @Test
    void onlyADeclaredVersionIsCompared() {
        migrate(Code.sql(NAME, "UPDATE t SET word = 'x'")).orThrow();
        assertThat(row(NAME).get("checksum")).isNull();
        assertThat(migrate(Code.sql(NAME, "UPDATE t SET word = 'x'").version("2"))
                        .problems())
                .isEmpty();

        migrate(Code.sql("20250401-versioned", "UPDATE t SET word = 'x'").version("1"))
                .orThrow();
        assertThat(migrate(Code.sql("20250401-versioned", "SELECT 1").version("1"))
                        .problems())
                .noneMatch(p -> p.code() == ProblemCode.CHECKSUM_MISMATCH);
        assertThat(migrate(Code.sql("20250401-versioned", "SELECT 1").version("2"))
                        .problems())
                .anyMatch(p -> p.code() == ProblemCode.CHECKSUM_MISMATCH);
    }

    @Test
    void statusShowsItAsAnyOther() {
        Migrator migrator = builder(Code.sql(NAME, "UPDATE t SET word = 'x'")).build();
        assertThat(migrator.pending()).extracting(status -> status.name()).containsExactly("20250101-t", NAME);
        migrator.migrate().orThrow();
        assertThat(migrator.status().migrations())
                .extracting(status -> status.name() + " " + status.state())
                .containsExactly("20250101-t " + MigrationState.COMPLETED, NAME + " " + MigrationState.COMPLETED);
    }

    @Test
    void downTakesItBackTogetherWithItsRecord() {
        Code code = Code.sql(NAME, "INSERT INTO t VALUES (3, 'c')")
                .back(context ->
                        context.jdbc().sql("DELETE FROM t WHERE id = 3").update());
        Migrator migrator = builder(code).build();
        migrator.migrate().orThrow();

        assertThat(migrator.rollback(RollbackOptions.lastOne()).orThrow().rolledBack())
                .isEqualTo(1);
        assertThat(ids()).containsExactly(1, 2);
        assertThat(migrator.pending()).extracting(status -> status.name()).containsExactly(NAME);
        assertThat(migrator.migrate().orThrow().applied()).isEqualTo(1);
    }

    @Test
    void aDownThatFailsLeavesItApplied() {
        Code code = Code.sql(NAME, "INSERT INTO t VALUES (3, 'c')").back(context -> {
            context.jdbc().sql("DELETE FROM t").update();
            throw new IllegalStateException("the old passwords are gone");
        });
        Migrator migrator = builder(code).build();
        migrator.migrate().orThrow();

        RollbackReport report = migrator.rollback(RollbackOptions.lastOne());
        assertThat(report.results().get(0).problem().description())
                .contains("down() failed")
                .contains("are gone");
        assertThat(ids()).containsExactly(1, 2, 3);
        assertThat(row(NAME)).containsEntry("status", "success");
    }

    @Test
    void withoutDownItCantBeTakenBack() {
        DataMigration oneWay = new DataMigration() {
            @Override
            public MigrationName name() {
                return MigrationName.of(NAME);
            }

            @Override
            public MigrationResult up(MigrationContext context) {
                return MigrationResult.success(0);
            }
        };
        Migrator migrator = builder().dataMigrations(oneWay).build();
        migrator.migrate().orThrow();

        assertThat(oneWay.rollbackable()).isFalse();
        assertThatThrownBy(() -> migrator.rollback(RollbackOptions.lastOne())).hasMessageContaining(NAME);
        DataMigration proxied = (DataMigration) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataMigration.class},
                (proxy, method, arguments) -> method.invoke(oneWay, arguments));
        assertThat(proxied.rollbackable())
                .as("a proxy answers for what it wraps")
                .isFalse();
    }

    @Test
    void aCancelReachesTheStatementThatTheCodeIsAt() {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        AtomicReference<Migrator> self = new AtomicReference<>();
        self.set(builder(new Code(NAME, context -> {
                    context.jdbc().sql("INSERT INTO t VALUES (3, 'c')").update();
                    Thread stopper = new Thread(() -> ended.complete(self.get().cancel("SIGTERM")));
                    stopper.start();
                    context.jdbc().sql("SELECT pg_sleep(600)").query().singleRow();
                    return MigrationResult.success(1);
                }))
                .build());

        RunReport report = self.get().migrate();

        assertThat(report.results().get(1).problem().description()).contains("SIGTERM");
        assertThat(ended.join()).isTrue();
        assertThat(ids()).containsExactly(1, 2);
        assertThat(row(NAME)).containsEntry("status", "failed");
    }

    @Test
    void parametersReachTheCode() {
        AtomicReference<String> seen = new AtomicReference<>();
        builder(new Code(NAME, context -> {
                    seen.set(context.parameters().get("pepper"));
                    return MigrationResult.success(0);
                }))
                .parameters(Map.of("pepper", "black"))
                .build()
                .migrate()
                .orThrow();

        assertThat(seen).hasValue("black");
    }
}
