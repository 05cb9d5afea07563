package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 2, never stuck: waiting ends with the lock, with nothing left to do, or with the holder's name. */
@PostgresTest
@Timeout(60)
class LockQueueTest {

    private MigrationLock lock;

    @BeforeEach
    void lock(TestDatabase database) {
        lock = new TestLocks(database.jdbcUrl()).of(LockType.ADVISORY);
    }

    /** Says what the test wants it to say at the n-th look; notes whom it waits for. */
    private static final class Script implements LockQueue.Watch {

        private final IntFunction<@Nullable String> progress;
        private final CountDownLatch waiting = new CountDownLatch(1);
        private int looks;

        Script(IntFunction<@Nullable String> progress) {
            this.progress = progress;
        }

        @Override
        public @Nullable String progress() {
            return progress.apply(++looks);
        }

        @Override
        public void waitingFor(LockHolder holder) {
            waiting.countDown();
        }
    }

    private Optional<HeldLock> acquire(Session session, Duration timeout, Script script) throws SQLException {
        return new LockQueue(lock, timeout).acquire(session, script);
    }

    @Test
    void itWaitsAndGetsTheLockWhenItIsGivenBack(TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            Script script = new Script(n -> "same");
            CompletableFuture<Optional<HeldLock>> waiter = inBackground(two, Duration.ofSeconds(30), script);
            script.waiting.await();
            assertThat(waiter).isNotDone();

            held.close();

            waiter.get(20, TimeUnit.SECONDS).orElseThrow().close();
        }
    }

    @Test
    void withoutProgressItTimesOutAndNamesTheHolder(TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            one.execute("SET application_name = 'the other node'");
            HeldLock held = lock.tryAcquire(one).orElseThrow();

            assertThatThrownBy(() -> acquire(two, Duration.ofMillis(300), new Script(n -> "same")))
                    .isInstanceOfSatisfying(
                            MigratorException.class,
                            e -> assertThat(e.first().code()).isEqualTo(ProblemCode.LOCK_TIMEOUT))
                    .hasMessageContaining("pid " + one.backendPid())
                    .hasMessageContaining("the other node")
                    .hasMessageContaining("300 ms");
            held.close();
        }
    }

    @Test
    void progressOfTheHolderExtendsTheWait(TestDatabase database) throws Exception {
        Duration timeout = Duration.ofMillis(600);
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            long startedAt = System.nanoTime();
            Script rows = new Script(
                    n -> Duration.ofNanos(System.nanoTime() - startedAt).compareTo(timeout.multipliedBy(3)) > 0
                            ? null
                            : "row " + n);

            assertThat(acquire(two, timeout, rows)).isEmpty();
            held.close();
        }
    }

    @Test
    void anotherStatementOfTheHolderIsProgressToo(TestDatabase database) throws Exception {
        Duration timeout = Duration.ofMillis(1500);
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            CompletableFuture<Optional<HeldLock>> waiter = inBackground(two, timeout, new Script(n -> "same"));
            long end = System.nanoTime() + 2 * timeout.toNanos();
            while (System.nanoTime() < end) {
                one.execute("SELECT pg_sleep(0.05)");
            }
            assertThat(waiter).isNotDone();

            held.close();

            waiter.get(20, TimeUnit.SECONDS).orElseThrow().close();
        }
    }

    /** One statement of an hour, and the server says how far it is. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void anIndexBuildThatGetsOnIsProgressToo(LockType type, TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE t (id int, filler text) WITH (fillfactor = 10)",
                "INSERT INTO t SELECT n, repeat('x', 800) FROM generate_series(1, 50) n",
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
                        + " AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN $1; END $$");
        lock = new TestLocks(database.jdbcUrl()).of(type);
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            one.execute("SET application_name = 'migrator: test 002-index'");
            CompletableFuture<Optional<HeldLock>> waiter =
                    inBackground(two, Duration.ofMillis(1500), new Script(n -> "same"));

            one.execute("CREATE INDEX CONCURRENTLY t_slow ON t (slow(id))");
            assertThat(waiter).isNotDone();
            held.close();

            waiter.get(20, TimeUnit.SECONDS).orElseThrow().close();
        }
    }

    /** A plain statement of ten minutes: the leader works, and a follower that gives up stops a service for nothing. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aStatementThatTakesItsTimeIsProgressToo(LockType type, TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = holding(type, database, one);
            CompletableFuture<Optional<HeldLock>> waiter =
                    inBackground(two, Duration.ofMillis(1500), new Script(n -> "same"));

            one.execute("BEGIN; SELECT pg_sleep(5); COMMIT");
            assertThat(waiter).isNotDone();
            held.close();

            waiter.get(20, TimeUnit.SECONDS).orElseThrow().close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aHolderThatWaitsForALockMakesNoProgress(LockType type, TestDatabase database) throws Exception {
        database.execute("CREATE TABLE busy (id int)");
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database);
                Session three = MigrationLockContractTest.open(database)) {
            HeldLock held = holding(type, database, one);
            three.execute("BEGIN; LOCK TABLE busy");
            CompletableFuture<Void> stuck = CompletableFuture.runAsync(() -> {
                Message message = new Message();
                message.add("SET lock_timeout = 0");
                message.add("LOCK TABLE busy");
                one.send(message);
            });

            assertThatThrownBy(() -> acquire(two, Duration.ofMillis(1500), new Script(n -> "same")))
                    .hasMessageContaining("has made no progress for 1500 ms");
            three.execute("ROLLBACK");
            stuck.get(20, TimeUnit.SECONDS);
            held.close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aHolderThatIsIdleInItsTransactionMakesNoProgress(LockType type, TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = holding(type, database, one);
            one.execute("BEGIN; SELECT 1");

            assertThatThrownBy(() -> acquire(two, Duration.ofMillis(1500), new Script(n -> "same")))
                    .hasMessageContaining("has made no progress for 1500 ms");
            one.execute("ROLLBACK");
            held.close();
        }
    }

    /** Then it is as if nothing was known: the wait is not for ever. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void whatTheServerHidesFromTheRoleIsNoProgress(LockType type, TestDatabase database) throws Exception {
        String user = database.createUser("blind");
        try (Session one = MigrationLockContractTest.open(database);
                Session two = new TestLocks(database.urlFor(user)).open()) {
            HeldLock held = holding(type, database, one);
            if (type == LockType.LEASE) {
                database.execute("GRANT SELECT, INSERT, UPDATE ON migration_locks TO " + user);
            }
            CompletableFuture<Void> works = CompletableFuture.runAsync(() -> {
                Message message = new Message();
                message.add("SELECT pg_sleep(6)");
                one.send(message);
            });

            assertThatThrownBy(() -> acquire(two, Duration.ofMillis(1500), new Script(n -> "same")))
                    .hasMessageContaining("has made no progress for 1500 ms");
            assertThat(works).isNotDone();
            works.get(20, TimeUnit.SECONDS);
            held.close();
        }
    }

    /** Under a lease the working session is known by its name. */
    private HeldLock holding(LockType type, TestDatabase database, Session session) throws SQLException {
        lock = new TestLocks(database.jdbcUrl()).of(type);
        HeldLock held = lock.tryAcquire(session).orElseThrow();
        session.execute("SET application_name = 'migrator: test 002-long'");
        return held;
    }

    @Test
    void itLeavesWithoutTheLockAsSoonAsNothingIsLeftToDo(TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();

            assertThat(acquire(two, Duration.ofSeconds(30), new Script(n -> n < 3 ? "same" : null)))
                    .isEmpty();
            held.close();
        }
    }

    @Test
    void zeroTriesOnce(TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            Script script = new Script(n -> "row " + n);

            assertThatThrownBy(() -> acquire(two, Duration.ZERO, script))
                    .isInstanceOf(MigratorException.class)
                    .hasMessageContaining("Another session holds it, and this run does not wait: pid ");
            assertThat(script.looks).isEqualTo(1);
            held.close();
            acquire(two, Duration.ZERO, script).orElseThrow().close();
        }
    }

    @Test
    void anInterruptEndsTheWaitAtOnceAndStaysSet(TestDatabase database) throws Exception {
        try (Session one = MigrationLockContractTest.open(database);
                Session two = MigrationLockContractTest.open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            Script script = new Script(n -> "same");
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean();
            Thread waiter = new Thread(() -> {
                thrown.set(catchThrowable(() -> acquire(two, Duration.ofSeconds(50), script)));
                flag.set(Thread.currentThread().isInterrupted());
            });
            waiter.start();
            script.waiting.await();

            waiter.interrupt();
            waiter.join(5_000);

            assertThat(waiter.isAlive()).isFalse();
            assertThat(thrown.get())
                    .isInstanceOfSatisfying(
                            MigratorException.class,
                            e -> assertThat(e.first().code()).isEqualTo(ProblemCode.INTERRUPTED));
            assertThat(flag).isTrue();
            held.close();
        }
    }

    private CompletableFuture<Optional<HeldLock>> inBackground(Session session, Duration timeout, Script script) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return acquire(session, timeout, script);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
