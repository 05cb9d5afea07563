package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faultsuite.Host.Order;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server ends sessions, has no room for another one, or limits their time: the same start goes on. */
@FaultSuite
@PostgresTest
class SessionsTest {

    private static final int LEASE_MS = 20_000;

    private MigrationFolder folder;

    @BeforeEach
    void files(@TempDir Path files) {
        folder = new MigrationFolder(files);
        FaultSet.MIXED.write(folder);
    }

    private Order order(int round, LockType lock, String url) {
        return new Order(round, 1, lock, LEASE_MS, folder.location(), url);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void terminated(LockType lock, TestDatabase database) {
        String by = lock.name().toLowerCase(Locale.ROOT);
        Trial trial = Trial.of("40-terminated-" + by, "pg_terminate_backend, " + by, 20);
        try (HostJvm host = new HostJvm().awaitReady()) {
            int[] orders = {0};
            trial.run(
                    round -> {
                        long at;
                        Order order;
                        do {
                            Database.clear(database.jdbcUrl());
                            order = order(++orders[0], lock, database.jdbcUrl());
                            host.begin(order);
                            host.awaitStarted(order);
                            host.endsWithin(order, trial.momentWithin(Duration.ofMillis(700)));
                            at = System.nanoTime();
                        } while (terminated(database) == 0);
                        host.awaitApplied(order);
                        return Duration.ofNanos(System.nanoTime() - at);
                    },
                    () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
        }
    }

    private static int terminated(TestDatabase database) {
        return database.value("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name LIKE 'migrator%'""", Integer.class);
    }

    @Test
    void noRoomAtFirst(TestDatabase database) {
        String user = database.createUser("crowded");
        database.execute("ALTER ROLE " + user + " CONNECTION LIMIT 1");
        Trial trial = Trial.of("41-too-many", "too many connections (53300)", 10);
        try (HostJvm host = new HostJvm().awaitReady()) {
            trial.run(
                    round -> {
                        Database.clear(database.jdbcUrl());
                        database.execute("GRANT CREATE, USAGE ON SCHEMA public TO " + user);
                        Order order = order(round, LockType.ADVISORY, database.urlFor(user));
                        long at;
                        try (Connection other = database.connectAs(user)) {
                            assertThat(other.isValid(10)).isTrue();
                            host.begin(order);
                            assertThat(host.endsWithin(
                                            order,
                                            Duration.ofSeconds(1).plus(trial.momentWithin(Duration.ofSeconds(5)))))
                                    .as("it waits")
                                    .isFalse();
                            at = System.nanoTime();
                        }
                        host.awaitApplied(order);
                        return Duration.ofNanos(System.nanoTime() - at);
                    },
                    () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
        }
        database.execute("DROP OWNED BY " + user + " CASCADE");
    }

    /** Less than the third and the fourth migration take. */
    @Test
    void shortOfTime(TestDatabase database) {
        String user = database.createUser("hurried");
        for (String limit : new String[] {
            "idle_in_transaction_session_timeout", "idle_session_timeout", "statement_timeout", "transaction_timeout"
        }) {
            if (database.value("SELECT count(*) FROM pg_settings WHERE name = ?", Integer.class, limit) == 1) {
                database.execute(
                        "ALTER ROLE " + user + " IN DATABASE " + database.name() + " SET " + limit + " = '100ms'");
            }
        }
        Trial trial = Trial.of(
                "42-timeouts",
                "idle_in_transaction_session_, idle_session_, statement_ and transaction_timeout of 100 ms",
                10);
        try (HostJvm host = new HostJvm().awaitReady()) {
            trial.run(
                    round -> {
                        Database.clear(database.jdbcUrl());
                        database.execute("GRANT CREATE, USAGE ON SCHEMA public TO " + user);
                        Order order = order(round, LockType.ADVISORY, database.urlFor(user));
                        long at = System.nanoTime();
                        host.begin(order);
                        assertThat(host.awaitApplied(order)).isEqualTo(FaultSet.SIZE);
                        return Duration.ofNanos(System.nanoTime() - at);
                    },
                    () -> Facts.of(database.jdbcUrl(), FaultSet.MIXED));
        }
        database.execute("DROP OWNED BY " + user + " CASCADE");
    }
}
