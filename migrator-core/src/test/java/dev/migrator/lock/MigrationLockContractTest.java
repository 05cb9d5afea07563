package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What every {@link MigrationLock} owes its users. */
@PostgresTest
@Timeout(120)
class MigrationLockContractTest {

    private static final int CHILDREN = 3;
    private static final int TIMES = 60;

    static Session open(TestDatabase database) throws SQLException {
        return new TestLocks(database.jdbcUrl()).open();
    }

    private static MigrationLock lock(LockType type, TestDatabase database) {
        return new TestLocks(database.jdbcUrl()).of(type);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void oneSessionHasItAndTheOthersAreRefusedUntilItIsGivenBack(LockType type, TestDatabase database)
            throws SQLException {
        MigrationLock lock = lock(type, database);
        try (Session one = open(database);
                Session two = open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();

            assertThat(held.isHeld()).isTrue();
            assertThat(lock.tryAcquire(two)).isEmpty();
            held.close();
            assertThat(held.isHeld()).isFalse();
            lock.tryAcquire(two).orElseThrow().close();
        }
    }

    /** Nodes behind a pooler and nodes beside it may migrate the same database. */
    @ParameterizedTest
    @CsvSource({"ADVISORY,LEASE", "LEASE,ADVISORY"})
    void eachTypeKeepsTheOtherOut(LockType first, LockType second, TestDatabase database) throws SQLException {
        try (Session one = open(database);
                Session two = open(database)) {
            HeldLock held = lock(first, database).tryAcquire(one).orElseThrow();

            assertThat(lock(second, database).tryAcquire(two)).isEmpty();
            assertThat(lock(second, database).holder(two).orElseThrow().describe())
                    .isEqualTo(lock(first, database).holder(two).orElseThrow().describe());
            held.close();
            lock(second, database).tryAcquire(two).orElseThrow().close();
            lock(first, database).tryAcquire(two).orElseThrow().close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aKilledHolderDoesNotKeepIt(LockType type, TestDatabase database) throws SQLException {
        try (ChildJvm child = child("killed", type, database, TestLocks.LEASE, 0);
                Session session = open(database)) {
            child.awaitOutput("has the ", Duration.ofSeconds(30));
            MigrationLock lock = lock(type, database);
            assertThat(lock.tryAcquire(session)).isEmpty();

            child.kill();

            acquire(lock, session).close();
        }
    }

    /** However it came to that: a lease must not be renewed for a session that is gone. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aHolderThatForgetsItAndEndsItsSessionDoesNotKeepIt(LockType type, TestDatabase database) throws SQLException {
        MigrationLock lock = lock(type, database);
        try (Session other = open(database)) {
            try (Session forgetful = open(database)) {
                lock.tryAcquire(forgetful).orElseThrow();
            }
            acquire(lock, other).close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void givingItBackTwiceIsAnErrorAndSoIsGivingBackWhatWasLost(LockType type, TestDatabase database)
            throws SQLException {
        MigrationLock lock = lock(type, database);
        try (Session session = open(database)) {
            HeldLock held = lock.tryAcquire(session).orElseThrow();
            held.close();
            assertThatThrownBy(held::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was given back before");

            HeldLock lost = lock.tryAcquire(session).orElseThrow();
            lose(lost, session, database);
            assertThat(lost.isHeld()).isFalse();
            assertThat(sqlState(session, lost.tidy(true))).isEqualTo(HeldLock.LOST);
            assertThatThrownBy(lost::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was lost");
        }
    }

    private static void lose(HeldLock lock, Session session, TestDatabase database) throws SQLException {
        if (lock instanceof Lease) {
            database.execute("UPDATE migration_locks SET expires_at = clock_timestamp()");
        } else {
            session.execute("SELECT pg_advisory_unlock_all()");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void whatAMigrationLockedAndForgotIsGivenBackAndOursStays(LockType type, TestDatabase database)
            throws SQLException {
        try (Session session = open(database);
                HeldLock held = lock(type, database).tryAcquire(session).orElseThrow()) {
            session.execute("SELECT pg_advisory_lock(1), pg_advisory_lock_shared(2, 3)");

            assertThat(sqlState(session, held.tidy(true))).isNull();

            assertThat(held.isHeld()).isTrue();
            int ours = held instanceof Lease ? 0 : 1;
            assertThat(database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", Integer.class))
                    .isEqualTo(ours);
        }
    }

    private static String sqlState(Session session, List<String> statements) {
        Message message = new Message();
        statements.forEach(message::add);
        Answer answer = session.send(message);
        return answer.sqlState();
    }

    /** A rollback, for example: a background run may be at work on what it takes back. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void whoMustBeAloneHasBothLocksOrNone(LockType type, TestDatabase database) throws SQLException {
        TestLocks locks = new TestLocks(database.jdbcUrl());
        MigrationLock alone = locks.of(type, Locks.Reach.EVERYBODY);
        List<MigrationLock> each =
                List.of(locks.of(type, Locks.Reach.STARTS), locks.of(type, Locks.Reach.BESIDE_TRAFFIC));
        try (Session one = open(database);
                Session two = open(database)) {
            for (MigrationLock other : each) {
                HeldLock held = other.tryAcquire(two).orElseThrow();
                assertThat(alone.tryAcquire(one)).isEmpty();
                assertThat(alone.holder(one)).isPresent();
                held.close();
            }
            HeldLock held = alone.tryAcquire(one).orElseThrow();
            for (MigrationLock other : each) {
                assertThat(other.tryAcquire(two)).isEmpty();
            }
            assertThat(sqlState(one, held.tidy(true))).isNull();
            assertThat(held.isHeld()).isTrue();
            assertThat(type == LockType.LEASE ? sqlState(one, List.of(String.valueOf(held.guard()))) : null)
                    .isNull();
            held.close();
            for (MigrationLock other : each) {
                other.tryAcquire(two).orElseThrow().close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ADVISORY,STARTS", "ADVISORY,BESIDE_TRAFFIC", "LEASE,STARTS", "LEASE,BESIDE_TRAFFIC"})
    void oneOfBothLocksIsNotEnough(LockType type, Locks.Reach lost, TestDatabase database) throws SQLException {
        TestLocks locks = new TestLocks(database.jdbcUrl());
        try (Session session = open(database)) {
            HeldLock held =
                    locks.of(type, Locks.Reach.EVERYBODY).tryAcquire(session).orElseThrow();
            String name = "schema_migrations" + (lost == Locks.Reach.STARTS ? "" : " beside traffic");
            if (type == LockType.LEASE) {
                database.execute(
                        "UPDATE migration_locks SET expires_at = clock_timestamp() WHERE name = '" + name + "'");
                assertThat(sqlState(session, List.of(String.valueOf(held.guard()))))
                        .isEqualTo(HeldLock.LOST);
            } else {
                session.execute("SELECT pg_advisory_unlock("
                        + LockKey.of("public", name).value() + ")");
            }

            assertThat(held.isHeld()).isFalse();
            assertThat(sqlState(session, held.tidy(true))).isEqualTo(HeldLock.LOST);
            assertThatThrownBy(held::close).hasMessageContaining("was lost");
            assertThat(database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", Integer.class))
                    .as("the other one is given back")
                    .isZero();
        }
    }

    @Test
    void theHolderOfAnAdvisoryLockIsNamed(TestDatabase database) throws SQLException {
        MigrationLock lock = lock(LockType.ADVISORY, database);
        try (Session one = open(database);
                Session two = open(database)) {
            assertThat(lock.holder(two)).isEmpty();
            try (HeldLock held = lock.tryAcquire(one).orElseThrow()) {
                LockHolder holder = lock.holder(two).orElseThrow();

                assertThat(held)
                        .hasToString("the advisory lock "
                                + LockKey.of("public", "schema_migrations").value() + " of pid " + one.backendPid());
                assertThat(holder.pid()).isEqualTo(one.backendPid());
                assertThat(holder.application()).isEqualTo("migrator");
            }
        }
    }

    @Test
    void theHolderOfALeaseIsNamedWithWhatItWorksOnAndItsProgressIsSeen(TestDatabase database) throws SQLException {
        MigrationLock lock = lock(LockType.LEASE, database);
        try (Session one = open(database);
                Session two = open(database)) {
            assertThat(lock.holder(two)).isEmpty();
            try (HeldLock held = lock.tryAcquire(one).orElseThrow()) {
                LockHolder before = lock.holder(two).orElseThrow();
                one.execute("SET application_name = 'migrator: test 002-slow'");
                LockHolder after = before;
                while (after.statementMark().equals(before.statementMark())) {
                    LockSupport.parkNanos(10_000_000);
                    after = lock.holder(two).orElseThrow();
                }

                assertThat(before.describe()).startsWith("instance instance-1/").contains("migrator: test");
                assertThat(held.isHeld()).isTrue();
                assertThat(after.application()).isEqualTo("migrator: test 002-slow");
                assertThat(after.identity()).isEqualTo(before.identity());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void otherTablesAndOtherDatabasesAreFree(LockType type, TestDatabase database) throws SQLException {
        MigrationLock lock = lock(type, database);
        MigrationLock other = new TestLocks(database.jdbcUrl()).of(type, "other", TestLocks.LEASE);
        try (TestDatabase elsewhere = TestDatabase.create();
                Session one = open(database);
                Session two = open(database);
                Session far = open(elsewhere)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            MigrationLock there = lock(type, elsewhere);
            assertThat(there.holder(far)).isEmpty();
            other.tryAcquire(two).orElseThrow().close();
            there.tryAcquire(far).orElseThrow().close();
            held.close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void eightThreadsThatReadAndWriteUnderItLoseNoUpdate(LockType type, TestDatabase database) {
        int times = 25;
        database.execute("CREATE TABLE counter (n int)", "INSERT INTO counter VALUES (0)");
        MigrationLock lock = lock(type, database);

        Race.run(8, () -> {
            try (Session session = open(database)) {
                for (int i = 0; i < times; i++) {
                    addOne(lock, session);
                }
                return null;
            }
        });

        assertThat(database.value("SELECT n FROM counter", Integer.class)).isEqualTo(8 * times);
    }

    private static void addOne(MigrationLock lock, Session session) throws SQLException {
        HeldLock held = acquire(lock, session);
        int n = session.queryOne("SELECT n FROM counter", row -> row.getInt(1));
        session.execute("UPDATE counter SET n = " + (n + 1));
        held.close();
    }

    private static HeldLock acquire(MigrationLock lock, Session session) throws SQLException {
        Optional<HeldLock> held = lock.tryAcquire(session);
        while (held.isEmpty()) {
            LockSupport.parkNanos(1_000_000);
            held = lock.tryAcquire(session);
        }
        return held.get();
    }

    /**
     * Processes are stopped for longer than a lease at random moments and go on as if nothing had happened: with an
     * advisory lock all wait for them, with a lease another one takes over and their late write is refused.
     */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void pausedProcessesLoseNoUpdate(LockType type, TestDatabase database) {
        Duration lease = Duration.ofSeconds(1);
        database.execute(
                "CREATE TABLE counter (n int)",
                "INSERT INTO counter VALUES (0)",
                "CREATE TABLE added (n int, attempt text)");
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < CHILDREN; i++) {
                children.add(child("child-" + i, type, database, lease, TIMES));
            }
            while (!children.stream().allMatch(child -> child.output().contains("done"))) {
                pause(children.get(next(type, database)), lease.multipliedBy(3).dividedBy(2));
            }
        } finally {
            children.forEach(ChildJvm::close);
        }

        assertThat(database.value("SELECT n FROM counter", Integer.class)).isEqualTo(CHILDREN * TIMES);
        assertThat(database.value("SELECT count(DISTINCT n) FROM added", Integer.class))
                .isEqualTo(CHILDREN * TIMES);
        String said = String.join("", children.stream().map(ChildJvm::output).toList());
        System.out.println(
                type + ": " + said.replaceAll("(?m)^(?!done).*\\R", "").replace("\n", "; "));
        assertThat(said.contains("lost 0 times\n") && !said.matches("(?s).*lost [1-9].*"))
                .as("no process lost the lock: %s", said)
                .isEqualTo(type == LockType.ADVISORY);
    }

    /** The one that has the lease, most times; who has the advisory lock does not matter. */
    private static int next(LockType type, TestDatabase database) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(100_000_000));
        List<Map<String, Object>> owner = type == LockType.LEASE && database.exists("migration_locks")
                ? database.query("SELECT substring(owner FROM 'child-([0-9])')::int AS n FROM migration_locks"
                        + " WHERE owner IS NOT NULL")
                : List.of();
        return owner.isEmpty()
                ? ThreadLocalRandom.current().nextInt(CHILDREN)
                : (Integer) owner.get(0).get("n");
    }

    /** The server ends a session that is idle for a minute, the heartbeat's too. */
    @Test
    void aLongLeaseIsRenewedBeforeItsConnectionIsIdleForTooLong() {
        assertThat(Heartbeat.betweenBeats(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(4));
        assertThat(Heartbeat.betweenBeats(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(30));
    }

    private static void pause(ChildJvm child, Duration pause) {
        assertThat(child.isAlive()).as(child.output()).isTrue();
        child.pause();
        LockSupport.parkNanos(pause.toNanos());
        child.resume();
    }

    private static ChildJvm child(String name, LockType type, TestDatabase database, Duration lease, int times) {
        return ChildJvm.of(
                        LockMain.class,
                        name,
                        database.jdbcUrl(),
                        type.name(),
                        Long.toString(lease.toMillis()),
                        Integer.toString(times))
                .jvmArgs("-Xshare:auto", "-XX:+UseSerialGC")
                .start();
    }
}
