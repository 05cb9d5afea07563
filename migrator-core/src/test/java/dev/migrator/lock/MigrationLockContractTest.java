package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.Race;
import dev.migrator.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link MigrationLock} owes its users; today there is the one. */
@PostgresTest
@Timeout(60)
class MigrationLockContractTest {

    private final MigrationLock lock = new AdvisoryLock(LockKey.of("public", "schema_migrations"));

    static Session open(TestDatabase database) throws SQLException {
        return new Connector(ConnectionDetails.of(database.jdbcUrl(), null, null), SessionSettings.defaults()).open();
    }

    @Test
    void oneSessionHasItAndTheOthersAreRefusedUntilItIsGivenBack(TestDatabase database) throws SQLException {
        try (Session one = open(database);
                Session two = open(database)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();

            assertThat(held.isHeld()).isTrue();
            assertThat(lock.tryAcquire(two)).isEmpty();
            held.close();
            assertThat(held.isHeld()).isFalse();
            Optional<HeldLock> second = lock.tryAcquire(two);
            assertThat(second).isPresent();
            second.orElseThrow().close();
        }
    }

    @Test
    void itDiesWithItsSession(TestDatabase database) throws SQLException {
        try (Session two = open(database)) {
            try (Session one = open(database)) {
                lock.tryAcquire(one).orElseThrow();
                database.execute("SELECT pg_terminate_backend(" + one.backendPid() + ", 5000)");
            }
            lock.tryAcquire(two).orElseThrow().close();
        }
    }

    @Test
    void givingItBackTwiceIsAnErrorAndSoIsGivingBackWhatWasLost(TestDatabase database) throws SQLException {
        try (Session session = open(database)) {
            HeldLock held = lock.tryAcquire(session).orElseThrow();
            held.close();
            assertThatThrownBy(held::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was given back before");

            HeldLock lost = lock.tryAcquire(session).orElseThrow();
            session.execute("SELECT pg_advisory_unlock_all()");
            assertThat(lost.isHeld()).isFalse();
            assertThatThrownBy(lost::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was lost");
        }
    }

    @Test
    void theHolderIsNamed(TestDatabase database) throws SQLException {
        try (Session one = open(database);
                Session two = open(database)) {
            assertThat(lock.holder(two)).isEmpty();
            HeldLock held = lock.tryAcquire(one).orElseThrow();

            LockHolder holder = lock.holder(two).orElseThrow();

            assertThat(holder.pid()).isEqualTo(one.backendPid());
            assertThat(holder.application()).isEqualTo("migrator");
            held.close();
        }
    }

    @Test
    void otherKeysAndOtherDatabasesAreFree(TestDatabase database) throws SQLException {
        MigrationLock other = new AdvisoryLock(LockKey.of("other", "schema_migrations"));
        try (TestDatabase elsewhere = TestDatabase.create();
                Session one = open(database);
                Session two = open(database);
                Session far = open(elsewhere)) {
            HeldLock held = lock.tryAcquire(one).orElseThrow();
            assertThat(lock.holder(far)).isEmpty();
            other.tryAcquire(two).orElseThrow().close();
            lock.tryAcquire(far).orElseThrow().close();
            held.close();
        }
    }

    @Test
    void eightThreadsThatReadAndWriteUnderItLoseNoUpdate(TestDatabase database) {
        int times = 25;
        database.execute("CREATE TABLE counter (n int)", "INSERT INTO counter VALUES (0)");

        Race.run(8, () -> {
            try (Session session = open(database)) {
                for (int i = 0; i < times; i++) {
                    addOne(session);
                }
                return null;
            }
        });

        assertThat(database.value("SELECT n FROM counter", Integer.class)).isEqualTo(8 * times);
    }

    private void addOne(Session session) throws SQLException {
        Optional<HeldLock> held = lock.tryAcquire(session);
        while (held.isEmpty()) {
            LockSupport.parkNanos(1_000_000);
            held = lock.tryAcquire(session);
        }
        int n = session.queryOne("SELECT n FROM counter", row -> row.getInt(1));
        session.execute("UPDATE counter SET n = " + (n + 1));
        held.get().close();
    }
}
