package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.testkit.FakeServer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client does not wait for ever for a server that is gone, and never gives up one that lives. */
@PostgresTest
@Timeout(60)
class SilenceWatchTest {

    private static final SilenceWatch.Patience SHORT =
            new SilenceWatch.Patience(Duration.ofMillis(300), Duration.ofSeconds(1), 2);

    private static Connector connector(String url) {
        return new Connector(ConnectionDetails.of(url, null, null), SessionSettings.defaults());
    }

    private static CompletableFuture<Answer> inBackground(Session session, String statement) {
        Message message = new Message();
        message.add(statement);
        return CompletableFuture.supplyAsync(() -> session.send(message));
    }

    @Test
    void aRequestThatWasSentIntoTheVoidIsGivenUp(TestDatabase database) throws Exception {
        try (WireProxy proxy = WireProxy.to(database)) {
            Connector connector = connector(proxy.jdbcUrl(database));
            try (Session session = connector.open();
                    SilenceWatch watch = new SilenceWatch(session, connector, SHORT)) {
                proxy.blackHole();

                Answer answer = inBackground(session, "SELECT 1").get(30, TimeUnit.SECONDS);

                assertThat(answer.lostConnection()).isTrue();
            }
        }
    }

    @Test
    void aSessionThatTheServerHasEndedUnheardIsGivenUp(TestDatabase database) throws Exception {
        try (WireProxy proxy = WireProxy.to(database)) {
            Connector connector = connector(proxy.jdbcUrl(database));
            try (Session session = connector.open()) {
                proxy.blackHole();
                CompletableFuture<Answer> answer = inBackground(session, "SELECT 1");
                database.execute("SELECT pg_terminate_backend(" + session.backendPid() + ", 10000)");

                try (SilenceWatch watch = new SilenceWatch(session, connector(database.jdbcUrl()), SHORT)) {
                    assertThat(answer.get(30, TimeUnit.SECONDS).lostConnection())
                            .isTrue();
                }
            }
        }
    }

    /** Longer than all questions together; the role has no second connection, or has one. */
    @Test
    void aLongStatementOfALivingServerIsLeftAlone(TestDatabase database) throws Exception {
        String user = database.createUser("alone");
        for (int connections = 1; connections <= 2; connections++) {
            database.execute("ALTER ROLE " + user + " CONNECTION LIMIT " + connections);
            Connector connector = connector(database.urlFor(user));
            try (Session session = connector.open();
                    SilenceWatch watch = new SilenceWatch(session, connector, SHORT)) {
                Answer answer = inBackground(session, "SELECT pg_sleep(5)").get(30, TimeUnit.SECONDS);

                assertThat(answer.lostConnection()).isFalse();
                assertThat((Throwable) answer.error()).isNull();
            }
        }
    }

    /** Somebody is there, and says no: out of connections, shutting down, a pooler that is full or being restarted. */
    @ParameterizedTest
    @CsvSource({
        "53300, sorry: too many clients already",
        "57P03, the database system is in recovery mode",
        "08P01, no more connections allowed (max_client_conn)",
        "08006, server login failed",
        "'', nobody listens"
    })
    void whoIsRefusedASecondConnectionKeepsTheFirst(String sqlState, String message, TestDatabase database)
            throws Exception {
        try (FakeServer refusing = FakeServer.thatRefuses(sqlState, message);
                Session session = connector(database.jdbcUrl()).open()) {
            if (sqlState.isEmpty()) {
                refusing.close();
            }
            Connector refused = connector(database.jdbcUrlThrough(refusing.port()));
            try (SilenceWatch watch = new SilenceWatch(session, refused, SHORT)) {
                assertThat(inBackground(session, "SELECT pg_sleep(5)")
                                .get(30, TimeUnit.SECONDS)
                                .lostConnection())
                        .isFalse();
            }
            assertThat(refusing.connections()).isGreaterThanOrEqualTo(sqlState.isEmpty() ? 0 : 2);
        }
    }

    @Test
    void aConnectionThatIsSlowToOpenIsNoReasonToGiveUpOneThatWorks(TestDatabase database) throws Exception {
        try (WireProxy slow = WireProxy.to(database);
                Session session = connector(database.jdbcUrl()).open()) {
            slow.latency(Duration.ofMillis(300));
            try (SilenceWatch watch = new SilenceWatch(session, connector(slow.jdbcUrl(database)), SHORT)) {
                assertThat(inBackground(session, "SELECT pg_sleep(4)")
                                .get(30, TimeUnit.SECONDS)
                                .lostConnection())
                        .isFalse();
            }
        }
    }
}
