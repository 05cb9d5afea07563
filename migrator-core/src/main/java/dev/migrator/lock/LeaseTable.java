package dev.migrator.lock;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The statements of the table {@code migration_locks}; each is whole by itself, so it needs nothing of the session. Only
 * the database's clock decides. The token is a key of its own: a take-over changes a key and therefore waits for a
 * transaction that has {@link #guard checked} the lease, while the heartbeat, which changes none, goes through.
 */
final class LeaseTable {

    static final String NAME = "migration_locks";

    /** Two nodes that create it at once: the second one may be told in each of these ways that it exists. */
    private static final Set<String> CREATED_MEANWHILE =
            Set.of(SqlState.UNIQUE_VIOLATION, SqlState.DUPLICATE_TABLE, SqlState.DUPLICATE_OBJECT);

    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS %s (
                name         pg_catalog.text PRIMARY KEY,
                owner        pg_catalog.text,
                token        pg_catalog.int8 GENERATED ALWAYS AS IDENTITY UNIQUE,
                locked_at    pg_catalog.timestamptz,
                heartbeat_at pg_catalog.timestamptz,
                expires_at   pg_catalog.timestamptz NOT NULL,
                application  pg_catalog.text,
                activity     pg_catalog.int8 NOT NULL DEFAULT 0
            )""";

    private static final String TAKE = """
            INSERT INTO %1$s AS held (name, owner, locked_at, heartbeat_at, expires_at, application)
            SELECT wanted.name, wanted.owner, pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp(),
                   pg_catalog.clock_timestamp() + wanted.lease, wanted.application
              FROM (SELECT ?::pg_catalog.text AS name, ?::pg_catalog.text AS owner, ?::pg_catalog.text AS application,
                           pg_catalog.make_interval(secs => ? / 1000.0) AS lease) wanted
             WHERE NOT EXISTS (SELECT FROM %1$s held WHERE held.name = wanted.name AND NOT (%2$s))
            ON CONFLICT (name) DO UPDATE
               SET owner = EXCLUDED.owner, token = DEFAULT, application = EXCLUDED.application, activity = 0,
                   locked_at = pg_catalog.clock_timestamp(), heartbeat_at = pg_catalog.clock_timestamp(),
                   expires_at = pg_catalog.clock_timestamp() + (EXCLUDED.expires_at - EXCLUDED.heartbeat_at)
             WHERE %2$s
            RETURNING token""";

    /**
     * It has ended; or it was last renewed before this server was started, so that no session that worked under it is
     * there any more. A holder that lives renews it within a fifth of its length: twice that time it has, since a clock
     * that was set back after the start makes its last beat look as if it were from before.
     */
    private static final String FREE = """
            held.expires_at <= pg_catalog.clock_timestamp()
            OR held.heartbeat_at < pg_catalog.pg_postmaster_start_time()
               AND pg_catalog.pg_postmaster_start_time() + (held.expires_at - held.heartbeat_at) * 0.4
                   <= pg_catalog.clock_timestamp()
            """;

    private static final String RENEW = """
            UPDATE %s
               SET heartbeat_at = pg_catalog.clock_timestamp(),
                   expires_at = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ? / 1000.0),
                   activity = ?
             WHERE name = ? AND owner = ? AND token = ? AND expires_at > pg_catalog.clock_timestamp()
            RETURNING token""";

    private static final String RELEASE = """
            UPDATE %s
               SET owner = NULL, expires_at = pg_catalog.clock_timestamp()
             WHERE name = ? AND owner = ? AND token = ? AND expires_at > pg_catalog.clock_timestamp()
            RETURNING token""";

    private static final String IS_HELD = """
            SELECT EXISTS (SELECT FROM %s
                            WHERE name = ? AND owner = ? AND token = ? AND expires_at > pg_catalog.clock_timestamp())""";

    private static final String GUARD = """
            SELECT 1 / pg_catalog.count(*)
              FROM (SELECT FROM %s
                     WHERE name = %s AND owner = %s AND token = %d AND expires_at > pg_catalog.clock_timestamp()
                       FOR KEY SHARE) held""";

    /** What it works on, its session shows in the server's own list, also where that session is lent by a pooler. */
    private static final String HOLDER = """
            SELECT owner, token, activity,
                   COALESCE((SELECT pg_catalog.max(a.application_name)
                               FROM pg_catalog.pg_stat_activity a
                              WHERE a.datname = pg_catalog.current_database()
                                AND pg_catalog.starts_with(a.application_name, application || ' ')),
                            application) AS working,
                   (SELECT pg_catalog.string_agg(pg_catalog.concat_ws('/', p.phase, p.blocks_done, p.tuples_done,
                                                                     p.lockers_done), ' ' ORDER BY p.pid)
                      FROM pg_catalog.pg_stat_progress_create_index p
                      JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
                     WHERE pg_catalog.starts_with(a.application_name, application || ' ')) AS building,
                   EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                            WHERE a.datname = pg_catalog.current_database()
                              AND pg_catalog.starts_with(a.application_name, application || ' ')
                              AND""" + AtWork.CONDITION + """
                          ) AS at_work,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - locked_at)    AS held,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - heartbeat_at) AS silent,
                   EXTRACT(epoch FROM expires_at - pg_catalog.clock_timestamp())   AS remaining
              FROM %s
             WHERE name = ? AND expires_at > pg_catalog.clock_timestamp()""";

    private final String schema;
    private final String table;
    private final String lockName;

    /** @param lockName which lock: the tracking table that it protects */
    LeaseTable(String schema, String lockName) {
        this.schema = schema;
        this.table = Sql.identifier(schema) + "." + NAME;
        this.lockName = lockName;
    }

    /** One taking of the lock. */
    record Claim(String owner, long token) {}

    /** The table's name for {@code to_regclass}. */
    String qualifiedName() {
        return table;
    }

    /** Creates it; content when another node was first. */
    void create(Session session) throws SQLException {
        try {
            session.execute(format(CREATE));
        } catch (SQLException e) {
            if (!CREATED_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
        }
    }

    /** For a schema that is to be created too; two nodes may race here as well. */
    void createSchema(Session session) throws SQLException {
        try {
            session.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.identifier(schema));
        } catch (SQLException e) {
            if (!SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** Takes it where it is free, or its lease has ended, or the server has been started anew since. */
    Optional<Claim> take(Session session, String owner, String application, Duration lease) throws SQLException {
        return session
                .query(
                        String.format(Locale.ROOT, TAKE, table, FREE),
                        row -> new Claim(owner, row.getLong(1)),
                        lockName,
                        owner,
                        application,
                        lease.toMillis())
                .stream()
                .findFirst();
    }

    /** False when it is not ours any more: it ended, and perhaps another one has it. */
    boolean renew(Session session, Claim claim, long activity, Duration lease) throws SQLException {
        return !session.query(
                        format(RENEW),
                        LeaseTable::token,
                        lease.toMillis(),
                        activity,
                        lockName,
                        claim.owner(),
                        claim.token())
                .isEmpty();
    }

    /** False when it was not ours any more. */
    boolean release(Session session, Claim claim) throws SQLException {
        return !session.query(format(RELEASE), LeaseTable::token, lockName, claim.owner(), claim.token())
                .isEmpty();
    }

    boolean isHeld(Session session, Claim claim) throws SQLException {
        return session.queryOne(format(IS_HELD), row -> row.getBoolean(1), lockName, claim.owner(), claim.token());
    }

    /** Divides by zero unless the lease is the claimant's and has not ended; it stays so until the transaction ends. */
    String guard(Claim claim) {
        return String.format(
                Locale.ROOT, GUARD, table, Sql.literal(lockName), Sql.literal(claim.owner()), claim.token());
    }

    Optional<LockHolder> holder(Session session) throws SQLException {
        return session.query(format(HOLDER), LeaseTable::readHolder, lockName).stream()
                .findFirst();
    }

    private static LockHolder readHolder(ResultSet row) throws SQLException {
        return LockHolder.ofLease(
                row.getString("owner"),
                LockHolder.orUnknown(row.getString("working")),
                new LockHolder.Since(seconds(row, "held"), seconds(row, "silent"), seconds(row, "remaining")),
                row.getLong("token") + "/" + row.getLong("activity") + "/" + row.getString("building"),
                row.getBoolean("at_work"));
    }

    private static Duration seconds(ResultSet row, String column) throws SQLException {
        return Duration.ofMillis((long) (row.getDouble(column) * 1000));
    }

    private static long token(ResultSet row) throws SQLException {
        return row.getLong(1);
    }

    private String format(String statement) {
        return String.format(Locale.ROOT, statement, table);
    }
}
