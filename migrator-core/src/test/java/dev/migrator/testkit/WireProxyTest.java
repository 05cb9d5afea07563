package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

@PostgresTest
@Timeout(60)
class WireProxyTest {

    /** One message Q instead of the five of the extended protocol: figures that can be counted by hand. */
    private static final String SIMPLE = "&preferQueryMode=simple";

    @Test
    void statementsPassAndAreLogged(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, "")) {
            execute(connection, "create table thing (id int, name text)");
            try (PreparedStatement insert = connection.prepareStatement("insert into thing values (?, ?)")) {
                insert.setInt(1, 1);
                insert.setString(2, "x".repeat(3_000_000));
                insert.executeUpdate();
            }

            assertThat(value(connection, "select name from thing")).hasSize(3_000_000);
            assertThat(proxy.statements())
                    .contains("create table thing (id int, name text)", "insert into thing values ($1, $2)");
            assertThat(proxy.log()).extracting(ClientMessage::type).contains('0', 'P', 'E', 'S');
        }
    }

    @Test
    void eachSimpleQueryIsOneRoundTripAndOneMessage(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.resetCounts();

            execute(connection, "select 1");
            execute(connection, "select 2; select 3");

            assertThat(proxy.queryRoundTrips()).isEqualTo(2);
            assertThat(proxy.clientMessages()).isEqualTo(2);
            assertThat(proxy.startupRoundTrips()).isZero();
        }
    }

    @Test
    void batchIsOneRoundTripOfManyMessages(TestDatabase database) throws SQLException {
        database.execute("create table thing (id int)");
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, "")) {
            connection.setAutoCommit(false);
            execute(connection, "select 1");
            proxy.resetCounts();

            try (PreparedStatement insert = connection.prepareStatement("insert into thing values (?)")) {
                for (int i = 0; i < 10; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }

            assertThat(proxy.clientMessages()).isGreaterThan(20);
            assertThat(proxy.queryRoundTrips()).isLessThanOrEqualTo(2).isPositive();
        }
    }

    @Test
    void copyIsOneRoundTripMoreThanAQuery(TestDatabase database) throws Exception {
        database.execute("create table thing (id int)");
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.resetCounts();

            long rows = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy thing from stdin", new StringReader("1\n2\n3\n"));

            assertThat(rows).isEqualTo(3);
            assertThat(proxy.queryRoundTrips()).isEqualTo(2);
        }
    }

    @Test
    void startIsCountedApart(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE + "&sslmode=disable&gssEncMode=disable")) {
            int without = proxy.startupRoundTrips();
            proxy.resetCounts();
            try (Connection second = connect(proxy, database, SIMPLE + "&sslmode=prefer&gssEncMode=disable")) {
                assertThat(proxy.log().get(0).text()).isEqualTo("SSLRequest");
                assertThat(proxy.log().get(1).text()).isEqualTo("StartupMessage");
                assertThat(proxy.startupRoundTrips()).isEqualTo(without + 1);
            }
            assertThat(without).isBetween(1, 3);
        }
    }

    @Test
    void connectionsAreCountedAsTheirClientsSeeThem(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database)) {
            for (int i = 0; i < 5; i++) {
                connect(proxy, database, "").close();
            }
            assertThat(proxy.connectionsOpened()).isEqualTo(5);
            assertThat(proxy.maxOpenConnections()).isOne();

            try (Connection one = connect(proxy, database, "");
                    Connection two = connect(proxy, database, "")) {
                assertThat(proxy.openConnections()).isEqualTo(2);
            }
            assertThat(proxy.maxOpenConnections()).isEqualTo(2);
        }
    }

    @Test
    void latencyIsPaidOncePerRoundTrip(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.latency(Duration.ofMillis(100));
            long start = System.nanoTime();

            for (int i = 0; i < 5; i++) {
                execute(connection, "select generate_series(1, 1000)");
            }

            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertThat(taken).isBetween(Duration.ofMillis(500), Duration.ofMillis(900));
        }
    }

    @Test
    void cutBeforeForwardingKeepsTheMessageFromTheServer(TestDatabase database) throws SQLException {
        database.execute("create table thing (id int)");
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.cutAtClientMessage(proxy.clientMessages() + 2, WireProxy.Cut.BEFORE_FORWARDING);

            execute(connection, "insert into thing values (1)");
            assertThatThrownBy(() -> execute(connection, "insert into thing values (2)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        }
        assertThat(things(database)).containsExactly(1);
    }

    @Test
    void cutAfterForwardingLetsTheServerDoItAndHidesTheAnswer(TestDatabase database) throws SQLException {
        database.execute("create table thing (id int)");
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.cutAtClientMessage(proxy.clientMessages() + 1, WireProxy.Cut.AFTER_FORWARDING);

            assertThatThrownBy(() -> execute(connection, "select pg_sleep(0.3); insert into thing values (1)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
            assertThat(things(database)).containsExactly(1);
        }
    }

    /** The sweep that crash tests are made of: whatever the point, the transaction is there as a whole or not at all. */
    @Test
    void everyPointOfATransactionCanBeCutOnBothSides(TestDatabase database) throws SQLException {
        database.execute("create table thing (id int)");
        int messages = messagesOfOneRun(database);
        assertThat(messages).isGreaterThan(15);

        for (WireProxy.Cut side : WireProxy.Cut.values()) {
            List<Integer> rows = new ArrayList<>();
            for (int n = 1; n <= messages; n++) {
                rows.add(rowsAfterCutAt(n, side, database));
            }
            assertThat(rows).isSorted().containsOnly(0, 2);
        }
    }

    @Test
    void otherConnectionsSurviveACutAndNewOnesSucceed(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection other = connect(proxy, database, SIMPLE);
                Connection victim = connect(proxy, database, SIMPLE)) {
            proxy.cutAtClientMessage(proxy.clientMessages() + 1, WireProxy.Cut.BEFORE_FORWARDING);

            assertThatThrownBy(() -> execute(victim, "select 1")).isInstanceOf(SQLException.class);

            assertThat(value(other, "select 5")).isEqualTo("5");
            try (Connection next = connect(proxy, database, SIMPLE)) {
                assertThat(value(next, "select 6")).isEqualTo("6");
            }
        }
    }

    @Test
    void watcherSeesEachMessageBeforeTheServerDoes(TestDatabase database) throws SQLException {
        database.execute("create table thing (id int)");
        List<Long> rowsSeen = new ArrayList<>();
        List<Character> types = new ArrayList<>();
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.onClientMessage(message -> {
                types.add(message.type());
                rowsSeen.add(database.value("select count(*) from thing", Long.class));
            });

            execute(connection, "insert into thing values (1)");
            execute(connection, "insert into thing values (2)");

            assertThat(types).containsExactly('Q', 'Q');
            assertThat(rowsSeen).containsExactly(0L, 1L);
        }
    }

    @Test
    void blackHoleSaysNothingToEitherSideUntilItHeals(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database);
                Connection connection = connect(proxy, database, SIMPLE + "&socketTimeout=1&ApplicationName=lost")) {
            proxy.blackHole();

            assertThatThrownBy(() -> execute(connection, "select 1")).hasMessageContaining("I/O error");

            assertThat(connection.isClosed()).isTrue();
            assertThat(sessions(database, "lost")).isOne();
            assertThatThrownBy(() -> connect(proxy, database, "&loginTimeout=1"))
                    .isInstanceOf(SQLException.class);

            proxy.heal();
            try (Connection next = connect(proxy, database, SIMPLE)) {
                assertThat(value(next, "select 6")).isEqualTo("6");
            }
        }
    }

    @Test
    void closingTheProxyEndsAllConnections(TestDatabase database) throws SQLException {
        WireProxy proxy = WireProxy.to(database);
        try (Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.close();

            assertThatThrownBy(() -> execute(connection, "select 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void blackHoleDoesNotOutliveTheProxy(TestDatabase database) throws SQLException {
        WireProxy proxy = WireProxy.to(database);
        try (Connection connection = connect(proxy, database, SIMPLE)) {
            proxy.blackHole();
            proxy.close();

            assertThatThrownBy(() -> execute(connection, "select 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(proxy, database, "")).isInstanceOf(SQLException.class);
        }
    }

    private static int messagesOfOneRun(TestDatabase database) throws SQLException {
        try (WireProxy proxy = WireProxy.to(database)) {
            insertTwo(proxy, database);
            database.execute("truncate thing");
            return proxy.clientMessages();
        }
    }

    private static int rowsAfterCutAt(int n, WireProxy.Cut side, TestDatabase database) {
        try (WireProxy proxy = WireProxy.to(database).cutAtClientMessage(n, side)) {
            insertTwo(proxy, database);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as("at message " + n).startsWith("08");
        }
        awaitNoSession(database, "sweep");
        int rows = things(database).size();
        database.execute("truncate thing");
        return rows;
    }

    private static void insertTwo(WireProxy proxy, TestDatabase database) throws SQLException {
        try (Connection connection = connect(proxy, database, "&ApplicationName=sweep&gssEncMode=disable")) {
            connection.setAutoCommit(false);
            execute(connection, "insert into thing values (1)");
            execute(connection, "insert into thing values (2)");
            connection.commit();
        }
    }

    private static void awaitNoSession(TestDatabase database, String applicationName) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (sessions(database, applicationName) > 0) {
            assertThat(System.nanoTime()).as("session did not end").isLessThan(deadline);
        }
    }

    private static int sessions(TestDatabase database, String applicationName) {
        String count = "select count(*) from pg_stat_activity where datname = current_database()"
                + " and application_name = ?";
        return database.value(count, Integer.class, applicationName);
    }

    private static List<Integer> things(TestDatabase database) {
        return database.query("select id from thing order by id").stream()
                .map(row -> (Integer) row.get("id"))
                .toList();
    }

    private static Connection connect(WireProxy proxy, TestDatabase database, String more) throws SQLException {
        return DriverManager.getConnection(proxy.jdbcUrl(database) + more);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
