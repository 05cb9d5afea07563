package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void allThreadsShareOneServer() {
        Callable<PostgresServer> ask = PostgresServer::shared;

        List<PostgresServer> servers = Race.run(4, ask);

        assertThat(servers).containsOnly(PostgresServer.shared());
    }

    @Test
    void serverHasTheVersionThatTheBuildAsksFor() {
        String asked = System.getProperty(PostgresServer.VERSION_PROPERTY, "18.0.0");

        assertThat(asked).startsWith(PostgresServer.shared().majorVersion() + ".");
    }

    @Test
    void urlOfAnotherServerGivesAllItsParts() {
        PostgresServer server =
                PostgresServer.parse("jdbc:postgresql://db.example:6543/admin?user=root&password=a%26b");

        assertThat(server.url("x")).isEqualTo("jdbc:postgresql://db.example:6543/x");
        assertThat(server.user()).isEqualTo("root");
        assertThat(server.password()).isEqualTo("a&b");
    }

    @Test
    void urlWithoutCredentialsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresServer.parse("jdbc:postgresql://db.example/admin?user=root"))
                .withMessageContaining("password");
    }

    @Test
    void urlOfAnotherDatabaseProductIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PostgresServer.parse("jdbc:h2:mem:x"));
    }
}
