package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.testkit.OwnServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lease whose holder's sessions went down with the server keeps nobody waiting; one that is renewed since does. */
@Timeout(120)
class LeaseAfterRestartTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final LeaseTable table = new LeaseTable("public", "schema_migrations");

    private LeaseTable.Claim take(Session session, String owner) throws SQLException {
        return table.take(session, owner, "migrator: test", LONG).orElseThrow();
    }

    private String guarded(Session session, LeaseTable.Claim claim) {
        Message message = new Message();
        message.add(table.guard(claim));
        return String.valueOf(session.send(message).sqlState());
    }

    @Test
    void afterARestartItIsTakenOverAtOnceAndTheFormerHolderCantWrite(@TempDir Path data) throws Exception {
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            TestLocks locks = new TestLocks(server.url());
            LeaseTable.Claim former;
            try (Session session = locks.open()) {
                table.create(session);
                former = take(session, "former");
                assertThat(table.take(session, "other", "migrator: test", LONG)).isEmpty();
            }
            server.crashAndRestart();

            try (Session session = locks.open()) {
                assertThat(guarded(session, former))
                        .as("nobody has taken it yet")
                        .isEqualTo("null");
                LeaseTable.Claim next = take(session, "next");
                assertThat(guarded(session, former)).isEqualTo(HeldLock.LOST);
                assertThat(table.renew(session, former, 1, LONG)).isFalse();
                assertThat(guarded(session, next)).isEqualTo("null");
                assertThat(table.take(session, "third", "migrator: test", LONG))
                        .as("this one was taken since the start")
                        .isEmpty();
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
                former = take(session, "former");
            }
            server.crashAndRestart();

            try (Session session = locks.open()) {
                assertThat(table.renew(session, former, 1, LONG)).isTrue();
                assertThat(table.take(session, "other", "migrator: test", LONG)).isEmpty();
                assertThat(guarded(session, former)).isEqualTo("null");
            }
        }
    }
}
