package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

class PostgresExtensionTest {

    private static final List<Connection> OPEN = new ArrayList<>();

    @AfterAll
    static void closeWhatTheInnerTestsLeft() throws SQLException {
        for (Connection connection : OPEN) {
            connection.close();
        }
    }

    @Test
    void oneDatabaseATestIsInjectedAndDroppedAfterwards() {
        assertThat(run("usesItsDatabase").getStatus()).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);

        try (TestDatabase witness = TestDatabase.create()) {
            assertThat(witness.query("select from pg_database where datname = ?", Inner.lastDatabase))
                    .isEmpty();
        }
    }

    @Test
    void sessionOfTheEngineLeftOpenFailsTheTestAndIsNamed() {
        TestExecutionResult result = run("leavesSessionOfTheEngine");

        assertThat(result.getThrowable().orElseThrow())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("session of pid ")
                .hasMessageContaining("application_name 'migrator run 7'")
                .hasMessageContaining("state 'idle in transaction'")
                .hasMessageContaining("query: select 'left'");
    }

    @Test
    void advisoryLockLeftFailsTheTestAndIsNamed() {
        TestExecutionResult result = run("leavesAdvisoryLock");

        assertThat(result.getThrowable().orElseThrow())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("advisory lock (0, 4711) of pid ");
    }

    @Test
    void leakDoesNotHideTheTestsOwnFailure() {
        TestExecutionResult result = run("failsAndLeaks");

        assertThat(result.getThrowable().orElseThrow()).hasMessage("own failure");
        assertThat(result.getThrowable().orElseThrow().getSuppressed()[0]).hasMessageContaining("Left behind");
    }

    @Test
    void sessionThatEndsSoonIsNoLeak() {
        assertThat(run("closesALittleLate").getStatus()).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
    }

    @Test
    void sessionOfTheTestItselfIsNoLeak() {
        assertThat(run("leavesOwnSession").getStatus()).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
    }

    private static TestExecutionResult run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Inner.class, method, TestDatabase.class))
                .execute()
                .testEvents()
                .finished()
                .stream()
                .findFirst()
                .orElseThrow()
                .getRequiredPayload(TestExecutionResult.class);
    }

    private static Connection open(TestDatabase database, String applicationName) throws SQLException {
        Connection connection = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=" + applicationName);
        OPEN.add(connection);
        return connection;
    }

    /** Run by the tests above only: nested classes are no tests to surefire. */
    @PostgresTest
    static class Inner {

        static String lastDatabase;

        private TestDatabase before;

        @BeforeEach
        void remember(TestDatabase database) {
            before = database;
            lastDatabase = database.name();
        }

        @AfterEach
        void stillThere(TestDatabase database) {
            assertThat(database).isSameAs(before);
            assertThat(database.value("select 1", Integer.class)).isOne();
        }

        @Test
        void usesItsDatabase(TestDatabase database) {
            assertThat(database).isSameAs(before);
            assertThat(database.value("select current_database()", String.class))
                    .isEqualTo(lastDatabase);
        }

        @Test
        void leavesSessionOfTheEngine(TestDatabase database) throws SQLException {
            Connection connection = open(database, "migrator run 7");
            connection.setAutoCommit(false);
            execute(connection, "select 'left'");
        }

        @Test
        void leavesAdvisoryLock(TestDatabase database) throws SQLException {
            execute(open(database, "other"), "select pg_advisory_lock(4711)");
        }

        @Test
        void failsAndLeaks(TestDatabase database) throws SQLException {
            open(database, "migrator");
            throw new IllegalStateException("own failure");
        }

        @Test
        void closesALittleLate(TestDatabase database) throws SQLException {
            Connection connection = open(database, "migrator");
            WireProxy.daemon(
                            "late",
                            () -> execute(connection, "select pg_sleep(0.5), pg_terminate_backend(pg_backend_pid())"))
                    .start();
        }

        @Test
        void leavesOwnSession(TestDatabase database) throws SQLException {
            open(database, "other");
        }

        private static void execute(Connection connection, String sql) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("57P01");
            }
        }
    }
}
