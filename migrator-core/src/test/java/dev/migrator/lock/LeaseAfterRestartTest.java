package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faults.Await;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.testkit.OwnServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lease whose holder's sessions went down with the server keeps nobody waiting; one that is renewed since does. */
@Timeout(120)
class LeaseAfterRestartTest {

    /** Two fifths of it are waited for; a slow restart must not take all of it. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private static final Duration LONG = Duration.ofMinutes(10);

    private final LeaseTable table = new LeaseTable("public", "schema_migrations");

    private Optional<LeaseTable.Claim> taken(Session session, String owner, Duration lease) {
        try {
            return table.take(session, owner, "migrator: test", lease);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private LeaseTable.Claim take(Session session, String owner, Duration lease) {
        return taken(session, owner, lease).orElseThrow();
    }

    private static boolean isOver(Session session) {
        try {
            return session.queryOne(
                    "SELECT expires_at <= clock_timestamp() FROM migration_locks", row -> row.getBoolean(1));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasBeenUpForTwoBeats(Session session) {
        try {
            return session.queryOne(
                    "SELECT pg_postmaster_start_time() + (expires_at - heartbeat_at) * 0.4 <= clock_timestamp()"
                            + " FROM migration_locks",
                    row -> row.getBoolean(1));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String guarded(Session session, LeaseTable.Claim claim) {
        Message message = new Message();
        message.add(table.guard(claim));
        return String.valueOf(session.send(message).sqlState());
    }

    @Test
    void afterARestartItIsTakenOverBeforeItsEndAndTheFormerHolderCantWrite(@TempDir Path data) throws Exception {
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            TestLocks locks = new TestLocks(server.url());
            LeaseTable.Claim former;
            try (Session session = locks.open()) {
                table.create(session);
                former = take(session, "former", LEASE);
                assertThat(taken(session, "other", LONG)).isEmpty();
            }
            server.crashAndRestart();

            try (Session session = locks.open()) {
                assertThat(guarded(session, former))
                        .as("nobody has taken it yet")
                        .isEqualTo("null");
                AtomicReference<LeaseTable.Claim> next = new AtomicReference<>();
                AtomicBoolean ended = new AtomicBoolean();
                Await.until("it is free", () -> {
                    ended.set(isOver(session));
                    taken(session, "next", LONG).ifPresent(next::set);
                    return next.get() != null;
                });
                assertThat(ended).as("its end had come").isFalse();
                assertThat(guarded(session, former)).isEqualTo(HeldLock.LOST);
                assertThat(table.renew(session, former, 1, LONG)).isFalse();
                assertThat(guarded(session, next.get())).isEqualTo("null");
                assertThat(taken(session, "third", LONG))
                        .as("this one was taken since the start")
                        .isEmpty();
            }
        }
    }

    /** A clock that was set back after the server's start makes a living holder's last beat look older than the start. */
    @Test
    void aHolderHasTimeToBeatBeforeItCountsAsGone(@TempDir Path data) throws Exception {
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            TestLocks locks = new TestLocks(server.url());
            try (Session session = locks.open()) {
                table.create(session);
                take(session, "former", LONG);
            }
            server.crashAndRestart();

            try (Session session = locks.open()) {
                assertThat(taken(session, "other", LONG)).isEmpty();
            }
        }
    }

    @Test
    void aHolderThatHasRenewedItSinceKeepsIt(@TempDir Path data) throws Exception {
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            TestLocks locks = new TestLocks(server.url());
            LeaseTable.Claim former;
            try (Session session = locks.open()) {
                table.create(session);
                former = take(session, "former", LEASE);
            }
            server.crashAndRestart();

            try (Session session = locks.open()) {
                assertThat(table.renew(session, former, 1, LEASE)).isTrue();
                Await.until("who has not beaten since counts as gone", () -> hasBeenUpForTwoBeats(session));
                assertThat(taken(session, "other", LONG)).isEmpty();
                assertThat(guarded(session, former)).isEqualTo("null");
            }
        }
    }
}
