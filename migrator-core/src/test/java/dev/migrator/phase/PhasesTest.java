package dev.migrator.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.RollbackOptions;
import dev.migrator.StatusDocument;
import dev.migrator.StatusReport;
import dev.migrator.amend.Amendment;
import dev.migrator.batch.BatchSettings;
import dev.migrator.directive.Phase;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.Await;
import dev.migrator.lock.LockType;
import dev.migrator.problem.MigratorException;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Issues 5 and 6: runs in phases, and who waits for whom. */
@PostgresTest
@Timeout(120)
class PhasesTest {

    private static final String FILL = "20250201-fill";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        database = fresh;
        folder.write(
                        "001-users.sql",
                        "CREATE TABLE users (id bigint PRIMARY KEY, name text, shown text, n int DEFAULT 0);"
                                + "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) i;")
                .write(FILL + ".sql", """
                -- migrator: phase=background batch table=users key=id size=10
                UPDATE users SET shown = name, n = n + 1 WHERE id BETWEEN :from AND :to;""")
                .write("20250202-other.sql", "CREATE TABLE other (id int);")
                .write("20250203-not-null.sql", """
                -- migrator: depends=20250201-fill
                ALTER TABLE users ALTER shown SET NOT NULL;""")
                .write("20250204-drop.sql", """
                -- migrator: phase=post-deploy
                ALTER TABLE users DROP COLUMN name;""");
    }

    private MigratorBuilder builder() {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .batchSettings(BatchSettings.DEFAULTS.inconsiderate());
    }

    private static RunReport run(Migrator migrator, Phase... phases) {
        return migrator.migrate(MigrateOptions.phases(Set.of(phases))).orThrow();
    }

    private static List<String> names(RunReport report) {
        return report.results().stream()
                .map(result -> result.migration().value())
                .toList();
    }

    private static List<String> left(RunReport report) {
        return report.phases().left().stream()
                .map(each -> each.name() + ": " + each.remark())
                .toList();
    }

    @Test
    void eachPhaseRunsWhatIsItsOwnAndTheRestIsNamed() {
        Migrator migrator = builder().build();

        RunReport start = migrator.migrate(MigrateOptions.START).orThrow();
        assertThat(names(start)).containsExactly("001-users", "20250202-other");
        assertThat(left(start))
                .containsExactly(
                        "20250201-fill: runs beside the service (background)",
                        "20250203-not-null: waits for 20250201-fill",
                        "20250204-drop: waits for 20250201-fill, 20250203-not-null");
        StatusReport status = migrator.status();
        assertThat(status.isComplete()).isTrue();
        assertThat(status.pending()).isEmpty();
        assertThat(StatusDocument.of(status))
                .containsEntry("state", "COMPLETED")
                .containsEntry(
                        "later",
                        List.of(
                                Map.of("name", FILL, "phase", "background"),
                                Map.of("name", "20250203-not-null", "phase", "pre-deploy", "waitsFor", List.of(FILL)),
                                Map.of(
                                        "name",
                                        "20250204-drop",
                                        "phase",
                                        "post-deploy",
                                        "waitsFor",
                                        List.of(FILL, "20250203-not-null"))));

        assertThat(names(run(migrator, Phase.POST_DEPLOY))).isEmpty();
        assertThat(names(run(migrator, Phase.BACKGROUND))).containsExactly(FILL);
        assertThat(names(run(migrator, Phase.PRE_DEPLOY))).containsExactly("20250203-not-null");
        assertThat(names(run(migrator, Phase.POST_DEPLOY))).containsExactly("20250204-drop");
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(1000);
    }

    @Test
    void aRunOfEverythingLeavesOnlyPostDeployAndOneWithAllThreePhasesNothing() {
        RunReport all = builder().build().migrate().orThrow();

        assertThat(names(all)).containsExactly("001-users", "20250202-other", FILL, "20250203-not-null");
        assertThat(left(all)).containsExactly("20250204-drop: runs when no older release lives (post-deploy)");
        assertThat(database.query("SELECT DISTINCT run_id FROM schema_migrations"))
                .hasSize(1);
        assertThat(names(run(builder().build(), Phase.values()))).containsExactly("20250204-drop");
        assertThat(builder().build().status().phases().left()).isEmpty();
    }

    /** A batch that holds after its first rows, until it is let go. */
    private final class Held implements MigrationListener {
        final CountDownLatch under = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void on(MigrationEvent event) {
            if (event instanceof MigrationEvent.MigrationStarted started
                    && started.migration().value().equals(FILL)) {
                under.countDown();
                try {
                    go.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The new pod of a rolling update must get its turn, whatever takes its time in the background. */
    @ParameterizedTest
    @EnumSource(
            value = LockType.class,
            names = {"ADVISORY", "LEASE"})
    void aStartIsNotHeldUpByABackgroundRunOfAnotherInstance(LockType type) throws Exception {
        builder().build().migrate(MigrateOptions.START).orThrow();
        Held held = new Held();
        Migrator leader = builder().lockType(type).listener(held).build();
        CompletableFuture<RunReport> background = CompletableFuture.supplyAsync(() -> run(leader, Phase.BACKGROUND));
        assertThat(held.under.await(60, TimeUnit.SECONDS)).isTrue();
        folder.write("20250301-new.up.sql", "CREATE TABLE made_by_the_new_pod (id int);")
                .write("20250301-new.down.sql", "DROP TABLE made_by_the_new_pod;");

        Migrator newPod = builder().lockType(type).lockWait(Duration.ZERO).build();
        RunReport start = newPod.migrate(MigrateOptions.START).orThrow();
        assertThat(names(start)).containsExactly("20250301-new");
        assertThatThrownBy(() -> run(newPod, Phase.BACKGROUND))
                .as("one of them does it")
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("Another session holds it");
        assertThatThrownBy(() -> newPod.migrate(MigrateOptions.only(FILL)))
                .as("whoever names it waits for the same lock")
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("Another session holds it");
        assertThatThrownBy(() -> newPod.amend(new Amendment.Skip(FILL, "no")))
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("Another session holds it");

        assertThatThrownBy(() -> newPod.rollback(RollbackOptions.lastOne()))
                .as("what is taken back may be what the batch works on")
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("Another session holds it");
        assertThat(newPod.locks().holder()).as("the lock of starts is free").isNull();
        assertThat(newPod.locks().remarks())
                .anyMatch(remark -> remark.startsWith("Beside the traffic, under a lock that no start waits for"));

        held.go.countDown();
        assertThat(names(background.get(60, TimeUnit.SECONDS))).containsExactly(FILL);
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(1000);
        assertThat(database.exists("made_by_the_new_pod")).isTrue();
    }

    @Test
    void aStoppedBatchFinishesSavesAndIsResumedByAnotherInstance() {
        folder.write(FILL + ".sql", """
                -- migrator: phase=background batch table=users key=id size=100
                UPDATE users SET shown = name, n = n + 1 FROM pg_sleep(0.5) WHERE id BETWEEN :from AND :to;""");
        builder().build().migrate(MigrateOptions.START).orThrow();
        Migrator first = builder().build();
        CompletableFuture<RunReport> background =
                CompletableFuture.supplyAsync(() -> first.migrate(MigrateOptions.phases(Set.of(Phase.BACKGROUND))));
        Await.sleepOf(database);

        assertThat(first.cancel("by SIGTERM")).isTrue();

        assertThat(background.join().failed()).isEqualTo(1);
        Map<String, Object> checkpoint = database.query("SELECT status, rows_scanned FROM schema_migration_batches")
                .get(0);
        assertThat(checkpoint).containsEntry("status", "stopped");
        long done = (Long) checkpoint.get("rows_scanned");
        assertThat(done).as("the batch that was under way is kept").isPositive().isLessThan(1000);
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(done);

        run(builder().build(), Phase.BACKGROUND);
        assertThat(database.value("SELECT count(*) FROM users WHERE n = 1", Long.class))
                .isEqualTo(1000);
    }

    @Test
    void aFailedBackgroundMigrationKeepsItsDependentsAndNobodyElse() {
        folder.write(FILL + ".sql", "-- migrator: phase=background\nSELECT nonsense;");
        Migrator migrator = builder().build();
        migrator.migrate(MigrateOptions.START).orThrow();

        assertThat(migrator.migrate(MigrateOptions.ALL).failed()).isEqualTo(1);

        folder.write("20250301-new.sql", "CREATE TABLE made_later (id int);");
        RunReport start = migrator.migrate(MigrateOptions.START).orThrow();
        assertThat(names(start)).containsExactly("20250301-new");
        assertThat(migrator.status().isComplete()).isTrue();
        assertThat(names(run(migrator, Phase.POST_DEPLOY)))
                .as("the column is still needed")
                .isEmpty();
    }

    @Test
    void anIndexBuiltInTheBackgroundNeedsNoBatch() {
        folder.write(FILL + ".sql", "-- migrator: phase=background\nCREATE INDEX CONCURRENTLY by_name ON users (name);")
                .remove("20250203-not-null.sql");

        assertThat(names(builder().build().migrate(MigrateOptions.START).orThrow()))
                .doesNotContain(FILL);
        assertThat(names(run(builder().build(), Phase.BACKGROUND))).containsExactly(FILL);
        assertThat(database.value(
                        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_name'::regclass", Boolean.class))
                .isTrue();
    }
}
