package dev.migrator.alone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.postgres.SqlState;
import dev.migrator.sql.SqlScript;
import dev.migrator.stop.Cancellation;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@PostgresTest
class AloneRunTest {

    private static AloneRun.Ended run(AloneRun run, String sql) {
        return run.run(SqlScript.parse(sql).statements().get(0), new Earlier(false, null));
    }

    /** The cleaning after a failure has a short time-out; a try that came after it would be cut short by that. */
    @Test
    void anotherTryAfterAFailureHasAllTheTimeAgain(TestDatabase database) throws SQLException {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (1)", """
                CREATE FUNCTION unhurried(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                    IF current_setting('statement_timeout') <> '0' THEN
                        RAISE 'the time-out is %', current_setting('statement_timeout');
                    END IF;
                    RETURN $1;
                END $$""");
        Connector connector =
                new Connector(ConnectionDetails.of(database.jdbcUrl(), null, null), SessionSettings.defaults());
        try (Session session = connector.open();
                Cancellation cancellation = new Cancellation()) {
            AloneRun.Limit none = new AloneRun.Limit(Duration.ZERO, "no setting");
            AloneRun alone = new AloneRun(session, connector, cancellation, none, progress -> {});

            AloneRun.Ended first = run(alone, "CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id);");
            AloneRun.Ended second = run(alone, "CREATE INDEX CONCURRENTLY t_id ON t (unhurried(id));");

            assertThat(first.answer().sqlState()).isEqualTo(SqlState.UNIQUE_VIOLATION);
            assertThat(first.remark()).contains("(id)=(1): 2 rows", "INVALID index \"t_id\" was removed");
            assertThat(second.answer().isComplete()).as(second.remark()).isTrue();
        }
    }
}
