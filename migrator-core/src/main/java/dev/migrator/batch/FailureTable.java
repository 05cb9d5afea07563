package dev.migrator.batch;

import dev.migrator.history.TableNames;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that a batched migration could not migrate and has left out, by key. */
public final class FailureTable {

    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS %s (
                migration_name pg_catalog.text NOT NULL,
                record_key     pg_catalog.text[] NOT NULL,
                sql_state      pg_catalog.text,
                message        pg_catalog.text NOT NULL,
                attempts       pg_catalog.int4 NOT NULL DEFAULT 1,
                first_at       pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                last_at        pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                PRIMARY KEY (migration_name, record_key)
            )""";

    private final String table;
    private final String migration;

    public FailureTable(TableNames names, String migration) {
        this.table = names.failures();
        this.migration = migration;
    }

    static String create(TableNames names) {
        return CREATE.replace("%s", names.failures());
    }

    /**
     * A row that was left out.
     *
     * @param message without data
     */
    public record Failure(Key key, @Nullable String sqlState, String message, int attempts) {}

    /** At most so many of them, by key; after a key, or from the first on. */
    public List<Failure> read(Session session, int limit) throws SQLException {
        return session.query(
                "SELECT record_key, sql_state, message, attempts FROM " + table
                        + " WHERE migration_name = ? ORDER BY record_key LIMIT " + limit,
                FailureTable::failure,
                migration);
    }

    /** All keys; they are short, and there are at most as many as the migration allows. */
    public List<Key> keys(Session session) throws SQLException {
        return session.query(
                "SELECT record_key FROM " + table + " WHERE migration_name = ? ORDER BY record_key",
                FailureTable::key,
                migration);
    }

    private static Failure failure(ResultSet row) throws SQLException {
        return new Failure(key(row), row.getString(2), row.getString(3), row.getInt(4));
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(List.of((String[]) row.getArray(1).getArray()));
    }

    public void addFailure(Message message, Key key, @Nullable String sqlState, String text) {
        message.add(
                "INSERT INTO " + table + " AS f (migration_name, record_key, sql_state, message) VALUES ("
                        + Sql.literal(migration) + ", " + key.array() + ", " + Sql.literal(sqlState) + ", "
                        + Sql.literal(text)
                        + ") ON CONFLICT (migration_name, record_key) DO UPDATE SET attempts = f.attempts + 1,"
                        + " sql_state = EXCLUDED.sql_state, message = EXCLUDED.message, last_at = pg_catalog.clock_timestamp()");
    }

    /** It is migrated now. */
    public void addMended(Message message, Key key) {
        message.add("DELETE FROM " + table + " WHERE migration_name = " + Sql.literal(migration) + " AND record_key = "
                + key.array());
    }

    public void addForgetAll(Message message) {
        message.add("DELETE FROM " + table + " WHERE migration_name = " + Sql.literal(migration));
    }

    /** They are this one's now. */
    public void addRename(Message message, String former) {
        message.add("UPDATE " + table + " SET migration_name = " + Sql.literal(migration) + " WHERE migration_name = "
                + Sql.literal(former));
    }
}
