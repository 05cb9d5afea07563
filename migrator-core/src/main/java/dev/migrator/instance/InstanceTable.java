package dev.migrator.instance;

import dev.migrator.history.TableNames;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The statements of the table {@code migration_instances}; each is whole by itself and needs nothing of the session. Only
 * the database's clock decides. A row whose instance has ended stays for a week: it shows since when there is a registry.
 */
final class InstanceTable {

    private static final String NAME = "migration_instances";

    /** Two instances that create it at once: the second one may be told in each of these ways that it exists. */
    private static final Set<String> CREATED_MEANWHILE =
            Set.of(SqlState.UNIQUE_VIOLATION, SqlState.DUPLICATE_TABLE, SqlState.DUPLICATE_OBJECT);

    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS %1$s (
                history      pg_catalog.text NOT NULL,
                instance_id  pg_catalog.text NOT NULL,
                version      pg_catalog.text NOT NULL,
                post_deploy  pg_catalog.text[] NOT NULL,
                started_at   pg_catalog.timestamptz NOT NULL,
                heartbeat_at pg_catalog.timestamptz NOT NULL,
                expires_at   pg_catalog.timestamptz NOT NULL,
                PRIMARY KEY (history, instance_id)
            )""";

    private static final String REGISTER = """
            WITH forgotten AS (
                DELETE FROM %1$s WHERE expires_at < pg_catalog.clock_timestamp() - INTERVAL '7 days'
                                   AND instance_id <> %3$s)
            INSERT INTO %1$s (history, instance_id, version, post_deploy, started_at, heartbeat_at, expires_at)
            VALUES (%2$s, %3$s, %4$s, %5$s, pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => %6$s),
                    pg_catalog.clock_timestamp(),
                    pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => %7$s))
            ON CONFLICT (history, instance_id) DO UPDATE
               SET version = EXCLUDED.version, post_deploy = EXCLUDED.post_deploy, started_at = EXCLUDED.started_at,
                   heartbeat_at = EXCLUDED.heartbeat_at, expires_at = EXCLUDED.expires_at""";

    private static final String LEAVE = """
            UPDATE %s SET expires_at = pg_catalog.clock_timestamp()
             WHERE history = ? AND instance_id = ? AND expires_at > pg_catalog.clock_timestamp() RETURNING 1""";

    private static final String ALIVE = """
            SELECT instance_id, version, post_deploy,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - started_at) AS uptime,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - heartbeat_at) AS silent
              FROM %s
             WHERE history = ? AND expires_at > pg_catalog.clock_timestamp()
             ORDER BY started_at, instance_id""";

    /** The first instance registers after its own migrations: those of its start do not make the history older. */
    private static final String AGE = """
            SELECT EXTRACT(epoch FROM pg_catalog.clock_timestamp() - since) AS age
              FROM (SELECT pg_catalog.min(started_at) AS since FROM %1$s WHERE history = ?) registry
             WHERE EXISTS (SELECT FROM %2$s WHERE applied_at < since - INTERVAL '1 minute')""";

    private final TableNames names;
    private final String table;

    /** @param names with their schema */
    InstanceTable(TableNames names) {
        this.names = names;
        this.table = Sql.identifier(String.valueOf(names.schema())) + "." + NAME;
    }

    boolean exists(Session session) throws SQLException {
        return session.queryOne("SELECT pg_catalog.to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), table);
    }

    /** Says that the instance is alive; one statement where the table is there. */
    void register(Session session, Registration registration) throws SQLException {
        String statement = String.format(
                Locale.ROOT,
                REGISTER,
                table,
                Sql.literal(names.table()),
                Sql.literal(registration.instance()),
                Sql.literal(registration.version()),
                array(registration.postDeploy()),
                seconds(registration.uptime()),
                seconds(registration.lifetime()));
        try {
            session.execute(statement);
        } catch (SQLException e) {
            if (!SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw e;
            }
            create(session);
            session.execute(statement);
        }
    }

    private void create(Session session) throws SQLException {
        try {
            session.execute(String.format(Locale.ROOT, CREATE, table));
        } catch (SQLException e) {
            if (!CREATED_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
        }
    }

    void leave(Session session, String instance) throws SQLException {
        session.query(String.format(Locale.ROOT, LEAVE, table), row -> row.getInt(1), names.table(), instance);
    }

    List<Instance> alive(Session session) throws SQLException {
        return session.query(String.format(Locale.ROOT, ALIVE, table), InstanceTable::instance, names.table());
    }

    /** How old the registry is, in a database that is older; empty where it is not, or where nobody has registered. */
    List<Duration> ageInOlderDatabase(Session session) throws SQLException {
        return session.query(
                String.format(Locale.ROOT, AGE, table, names.qualifiedHistory()),
                row -> millis(row.getDouble(1)),
                names.table());
    }

    private static Instance instance(ResultSet row) throws SQLException {
        return new Instance(
                row.getString(1),
                row.getString(2),
                Set.of((String[]) row.getArray(3).getArray()),
                millis(row.getDouble(4)),
                millis(row.getDouble(5)));
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private static String array(Set<String> texts) {
        return "ARRAY["
                + String.join(", ", texts.stream().sorted().map(Sql::literal).toList()) + "]::pg_catalog.text[]";
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + "";
    }
}
