package dev.migrator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** What a person is told who can't see the exception. */
class ConnectionTroubleTest {

    private static final String URL = "jdbc:postgresql://db.internal:5432/shop";

    private static Problem explained(ConnectionDetails details, PSQLException trouble) {
        return ConnectionTrouble.explain(trouble, details).first();
    }

    private static Problem unreachable(IOException cause) {
        return explained(
                ConnectionDetails.of(URL, "shop", "secret"),
                new PSQLException("The connection attempt failed.", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause));
    }

    private static Problem rejected(ConnectionDetails details) {
        return explained(
                details,
                new PSQLException(
                        "The server requested SCRAM-based authentication, but no password was provided.",
                        PSQLState.CONNECTION_REJECTED));
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        assertThat(unreachable(new UnknownHostException("db.internal")).description())
                .isEqualTo(
                        "The database can't be used: The connection attempt failed. There is no host \"db.internal\"."
                                + " (SQLSTATE 08001)");
    }

    @Test
    void whatTheNetworkSaysIsTold() {
        assertThat(unreachable(new SocketTimeoutException("Connect timed out")).description())
                .isEqualTo("The database can't be used: The connection attempt failed. Connect timed out."
                        + " (SQLSTATE 08001)");
    }

    @Test
    void aRefusalIsToldOnce() {
        PSQLException refused = new PSQLException(
                "Connection to db.internal:5432 refused.",
                PSQLState.CONNECTION_UNABLE_TO_CONNECT,
                new ConnectException("Connection refused"));

        assertThat(explained(ConnectionDetails.of(URL, "shop", "secret"), refused)
                        .description())
                .isEqualTo("The database can't be used: Connection to db.internal:5432 refused. (SQLSTATE 08001)");
    }

    @Test
    void aMissingPasswordIsNoQuestionOfHostAndPort() {
        assertThat(rejected(ConnectionDetails.of(URL, "shop", null)).action())
                .isEqualTo("Give the password of user \"shop\": in the URL, or in migrator.password.");
    }

    @Test
    void aConnectionThatIsRejectedInSpiteOfItsPasswordIsAQuestionOfTheServersRules() {
        assertThat(rejected(ConnectionDetails.of(URL, "shop", "secret")).action())
                .contains("pg_hba.conf", "sslmode");
        assertThat(rejected(ConnectionDetails.of(URL + "?password=secret", "shop", null))
                        .action())
                .contains("pg_hba.conf", "sslmode")
                .doesNotContain("secret");
    }
}
