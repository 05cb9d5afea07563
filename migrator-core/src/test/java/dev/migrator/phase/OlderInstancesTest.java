package dev.migrator.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.directive.Phase;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.Await;
import dev.migrator.instance.Instance;
import dev.migrator.lock.LockKey;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issue 6: post-deploy migrations wait until no older release is alive, and say who is. */
@PostgresTest
@Timeout(120)
class OlderInstancesTest {

    private static final String DROP = "20250204-drop";
    private static final Duration LONG = Duration.ofMinutes(5);

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        folder = new MigrationFolder(path);
        database = fresh;
        folder.write("001-users.sql", "CREATE TABLE users (id bigint, name text);")
                .write(DROP + ".sql", "-- migrator: phase=post-deploy\nALTER TABLE users DROP COLUMN name;");
    }

    private MigratorBuilder builder(String instance, String version) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .instanceId(instance)
                .applicationVersion(version)
                .lockWait(Duration.ZERO);
    }

    private static RunReport postDeploy(Migrator migrator) {
        return migrator.migrate(MigrateOptions.phases(Set.of(Phase.POST_DEPLOY)))
                .orThrow();
    }

    private Migrator started(String instance, String version) {
        Migrator migrator = builder(instance, version).build();
        migrator.migrate(MigrateOptions.START).orThrow();
        return migrator;
    }

    @Test
    void withoutARegistryItRuns() {
        Migrator migrator = started("pod-1", "2.0");

        assertThat(postDeploy(migrator).applied()).isEqualTo(1);
        assertThat(database.exists("migration_instances"))
                .as("nobody has registered")
                .isFalse();
    }

    @Test
    void anInstanceOfAnOlderReleaseIsNamedAndNothingRuns() {
        Migrator migrator = started("pod-2", "2.0");
        migrator.instances().heartbeat(Set.of(DROP), LONG);
        builder("pod-1", "1.4").build().instances().heartbeat(Set.of("20240101-drop"), LONG);

        assertThatThrownBy(() -> postDeploy(migrator)).isInstanceOfSatisfying(MigratorException.class, e -> {
            assertThat(e.first().code()).isEqualTo(ProblemCode.OLDER_INSTANCES);
            assertThat(e.first().isError()).isTrue();
            assertThat(e.first().subject()).isEqualTo(DROP);
            assertThat(e.first().description())
                    .matches("It waits for the end of an instance of another release, which does not have it:"
                            + " pod-1 \\(version 1.4, up for \\d+ s, last heard of \\d+ s ago\\)\\.");
        });
        assertThat(database.query("SELECT * FROM schema_migrations WHERE migration_name = ?", DROP))
                .isEmpty();
    }

    @Test
    void namingItIsNoWayAroundThem() {
        Migrator migrator = started("pod-2", "2.0");
        builder("pod-1", "1.4").build().instances().heartbeat(Set.of(), LONG);

        assertThatThrownBy(() -> migrator.migrate(MigrateOptions.only(DROP)).orThrow())
                .hasMessageContaining("pod-1 (version 1.4");
        builder("pod-1", "1.4").build().instances().leave();
        assertThat(migrator.migrate(MigrateOptions.only(DROP)).orThrow().applied())
                .isEqualTo(1);
    }

    @Test
    void anInstanceThatKnowsTheMigrationIsNoReasonToWaitWhateverItsVersionSays() {
        Migrator migrator = started("pod-2", "2.0");
        builder("pod-1", "1.9").build().instances().heartbeat(Set.of(DROP, "20240101-drop"), LONG);

        assertThat(postDeploy(migrator).applied()).isEqualTo(1);
    }

    @Test
    void whoSaysGoodbyeOrIsSilentForTooLongIsForgotten() {
        Migrator migrator = started("pod-3", "2.0");
        Migrator polite = builder("pod-1", "1.4").build();
        polite.instances().heartbeat(Set.of(), LONG);
        builder("pod-2", "1.4").build().instances().heartbeat(Set.of(), Duration.ofMillis(1));

        assertThat(migrator.instances().alive()).extracting(Instance::id).containsExactly("pod-1");
        polite.instances().leave();

        assertThat(migrator.instances().alive()).isEmpty();
        assertThat(postDeploy(migrator).applied()).isEqualTo(1);
    }

    @Test
    void itIsWaitedForWithinTheTimeOutOfTheLock() throws Exception {
        started("pod-2", "2.0");
        Migrator old = builder("pod-1", "1.4").build();
        old.instances().heartbeat(Set.of(), LONG);
        CountDownLatch told = new CountDownLatch(1);
        Migrator patient = builder("cli", "2.0")
                .lockWait(Duration.ofMinutes(1))
                .listener(event -> {
                    if (event instanceof MigrationEvent.Noted) {
                        told.countDown();
                    }
                })
                .build();
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> postDeploy(patient));
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(database.query("SELECT * FROM schema_migrations WHERE migration_name = ?", DROP))
                .isEmpty();

        old.instances().leave();

        assertThat(run.get(60, TimeUnit.SECONDS).applied()).isEqualTo(1);
    }

    /** Whoever has the lock may have it for an hour, and a deployment may be taken back in that time. */
    @Test
    void whoComesWhileTheLockIsWaitedForIsSeenToo() throws Exception {
        started("pod-2", "2.0");
        Migrator old = builder("pod-1", "1.4").build();
        CountDownLatch waits = new CountDownLatch(1);
        Migrator patient = builder("cli", "2.0")
                .lockWait(Duration.ofMinutes(1))
                .listener(event -> {
                    if (event instanceof MigrationEvent.LockWaiting) {
                        waits.countDown();
                    }
                })
                .build();
        CompletableFuture<RunReport> run;
        try (Connection another = database.connect()) {
            long key = LockKey.of("public", "schema_migrations beside traffic").value();
            another.createStatement().execute("SELECT pg_advisory_lock(" + key + ")");
            run = CompletableFuture.supplyAsync(() -> postDeploy(patient));
            assertThat(waits.await(60, TimeUnit.SECONDS)).isTrue();
            old.instances().heartbeat(Set.of(), LONG);
        }

        assertThatThrownBy(() -> run.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(MigratorException.class)
                .hasMessageContaining("pod-1 (version 1.4");
        assertThat(database.query("SELECT * FROM schema_migrations WHERE migration_name = ?", DROP))
                .isEmpty();
        old.instances().leave();
        assertThat(postDeploy(patient).applied()).isEqualTo(1);
    }

    /** They are looked for through the run's own session: where a role may have one, that is enough. */
    @Test
    void aRoleOfOneConnectionCanRunThem() {
        String service = database.createUser("service");
        database.execute("GRANT ALL ON SCHEMA public TO " + service, "ALTER ROLE " + service + " CONNECTION LIMIT 1");
        // the server may need a moment to see that a connection has gone
        Migrator migrator = builder("pod-2", "2.0")
                .connection(database.urlFor(service), null, null)
                .connectionRetry(200, Duration.ofMillis(50))
                .build();
        migrator.migrate(MigrateOptions.START).orThrow();
        database.execute("ALTER ROLE " + service + " CONNECTION LIMIT 2");
        migrator.instances().heartbeat(Set.of(DROP), LONG);
        database.execute("ALTER ROLE " + service + " CONNECTION LIMIT 1");

        assertThat(postDeploy(migrator).applied()).isEqualTo(1);
    }

    @Test
    void aConnectionThatIsRefusedForAWhileDoesNotEndTheWait() throws Exception {
        String service = database.createUser("service");
        database.execute("GRANT ALL ON SCHEMA public TO " + service);
        Migrator old = builder("pod-1", "1.4").build();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        Migrator patient = builder("cli", "2.0")
                .connection(database.urlFor(service), null, null)
                .connectionRetry(200, Duration.ofMillis(50))
                .lockWait(Duration.ofMinutes(1))
                .listener(event -> {
                    if (event instanceof MigrationEvent.Noted) {
                        told.countDown();
                    } else if (event instanceof MigrationEvent.ConnectionRetried) {
                        refused.countDown();
                    }
                })
                .build();
        patient.migrate(MigrateOptions.START).orThrow();
        old.instances().heartbeat(Set.of(), LONG);
        database.execute("GRANT ALL ON migration_instances TO " + service);
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> postDeploy(patient));
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();

        database.execute("ALTER ROLE " + service + " CONNECTION LIMIT 0");
        Await.until("it is refused", () -> refused.getCount() == 0 || run.isDone());
        database.execute("ALTER ROLE " + service + " CONNECTION LIMIT -1");
        old.instances().leave();

        assertThat(run.get(60, TimeUnit.SECONDS).applied()).isEqualTo(1);
    }

    /** A start says so before it takes traffic: it must not hang there. */
    @Test
    void aDatabaseThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
        Migrator migrator = started("pod-1", "2.0");
        migrator.instances().heartbeat(Set.of(DROP), LONG);
        Migrator silent = builder("pod-2", "2.0")
                .connectTimeout(Duration.ofSeconds(1))
                .lockTimeout(Duration.ZERO)
                .build();
        try (Connection another = database.connect()) {
            another.setAutoCommit(false);
            another.createStatement().execute("LOCK TABLE migration_instances");

            assertThatThrownBy(() -> silent.instances().heartbeat(Set.of(DROP), LONG))
                    .isInstanceOfSatisfying(
                            MigratorException.class,
                            e -> assertThat(e.first().code()).isEqualTo(ProblemCode.CONNECTION));
        }
    }

    @Test
    void twoTrackingTablesOfOneSchemaDoNotSeeEachOthersInstances() {
        Migrator migrator = started("pod-2", "2.0");
        builder("pod-1", "1.4").table("other_history").build().instances().heartbeat(Set.of(), LONG);

        assertThat(postDeploy(migrator).applied()).isEqualTo(1);
    }

    @Test
    void theRegistryIsNoDriftAndNoStranger() {
        Migrator migrator = started("pod-1", "2.0");
        migrator.instances().heartbeat(Set.of(DROP), LONG);

        assertThat(migrator.drift().diff().isEmpty()).isTrue();
    }

    /** What was there before the registry may have been started by releases that never registered. */
    @Test
    void theRegistryKnowsWhetherTheDatabaseIsOlder() {
        Migrator migrator = started("pod-1", "2.0");
        assertThat(migrator.instances().ageInOlderDatabase()).isNull();
        migrator.instances().heartbeat(Set.of(DROP), LONG);
        assertThat(migrator.instances().ageInOlderDatabase())
                .as("the first instance made the database")
                .isNull();

        database.execute("UPDATE schema_migrations SET applied_at = applied_at - INTERVAL '1 day'");
        assertThat(migrator.instances().ageInOlderDatabase()).isLessThan(Duration.ofMinutes(1));
        database.execute("UPDATE migration_instances SET started_at = started_at - INTERVAL '1 hour'");
        assertThat(migrator.instances().ageInOlderDatabase()).isGreaterThan(Duration.ofMinutes(59));
    }
}
