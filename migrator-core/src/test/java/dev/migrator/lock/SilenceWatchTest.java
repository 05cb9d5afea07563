package dev.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
