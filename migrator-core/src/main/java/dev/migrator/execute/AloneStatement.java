package dev.migrator.execute;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.sql.ConcurrentIndex;
import dev.migrator.sql.DetachedPartition;
import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that can't share a transaction with its journal. What the catalog says decides: what an earlier try left
 * behind is removed, what it finished counts as done.
 */
public final class AloneStatement {

    /** What the server says to a second try when the first one did the work: it exists, or it is gone. */
    private static final Map<StatementKind, Set<String>> DONE_BEFORE = Map.of(
            StatementKind.CREATE_DATABASE, Set.of("42P04"),
            StatementKind.DROP_DATABASE, Set.of("3D000"),
            StatementKind.CREATE_TABLESPACE, Set.of("42710"),
            StatementKind.DROP_TABLESPACE, Set.of("42704"),
            StatementKind.CREATE_SUBSCRIPTION, Set.of("42710"),
            StatementKind.COMMIT_PREPARED, Set.of("42704"));

    /** Of the statement's own table, and not one that somebody is building right now. */
    private static final String INDEX = """
            SELECT i.indisvalid AND i.indisready AND i.indislive
              FROM pg_catalog.pg_index i
             WHERE i.indexrelid = pg_catalog.to_regclass(?)
               AND i.indrelid = COALESCE(pg_catalog.to_regclass(?)::pg_catalog.oid, i.indrelid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                                WHERE p.index_relid = i.indexrelid)""";

    /** What a REINDEX CONCURRENTLY that failed leaves beside the index it was to replace. */
    private static final String REINDEX_LEFTOVERS = """
            SELECT i.indexrelid::pg_catalog.regclass::pg_catalog.text
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
               AND i.indrelid = COALESCE(
                       pg_catalog.to_regclass(?)::pg_catalog.oid,
                       (SELECT o.indrelid FROM pg_catalog.pg_index o WHERE o.indexrelid = pg_catalog.to_regclass(?)))""";

    private static final String DETACH_PENDING = """
            SELECT inhdetachpending FROM pg_catalog.pg_inherits
             WHERE inhparent = pg_catalog.to_regclass(?) AND inhrelid = pg_catalog.to_regclass(?)""";

    /** By another session: of a node whose lease has ended, or that has lost its connection. */
    private static final String BEING_BUILT = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                            WHERE p.index_relid = pg_catalog.to_regclass(?) AND p.pid <> pg_catalog.pg_backend_pid())""";

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Session session;
    private final SqlStatement statement;
    private final Cancellation cancellation;

    public AloneStatement(Session session, SqlStatement statement, Cancellation cancellation) {
        this.session = session;
        this.cancellation = cancellation;
        this.statement = statement;
    }

    /** Index work must not be cut short by a lock time-out: it would leave an INVALID index, and it blocks no traffic. */
    boolean waitsForLocks() {
        return switch (statement.kind()) {
            case CREATE_INDEX_CONCURRENTLY,
                    DROP_INDEX_CONCURRENTLY,
                    REINDEX_CONCURRENTLY,
                    REPACK_CONCURRENTLY,
                    DETACH_PARTITION_CONCURRENTLY -> true;
            default -> false;
        };
    }

    /**
     * Clears the way. Returns the statement to run, or null when nothing is left to do.
     *
     * @param triedBefore whether the journal says that an earlier try may have reached this statement
     */
    public @Nullable String prepare(boolean triedBefore) throws SQLException {
        return switch (statement.kind()) {
            case CREATE_INDEX_CONCURRENTLY -> prepareCreate(triedBefore);
            case DROP_INDEX_CONCURRENTLY -> triedBefore && indexIs(null) ? null : statement.text();
            case REINDEX_CONCURRENTLY -> prepareReindex();
            case DETACH_PARTITION_CONCURRENTLY -> prepareDetach(triedBefore);
            default -> statement.text();
        };
    }

    /** Whether the refusal of a second try means that the first one did the work. */
    boolean wasDoneBefore(boolean triedBefore, @Nullable String sqlState) {
        return triedBefore
                && sqlState != null
                && DONE_BEFORE.getOrDefault(statement.kind(), Set.of()).contains(sqlState);
    }

    /**
     * Leaves nothing behind when the statement has failed. What an old snapshot keeps from going at once stays for the
     * next try: it is removed before it.
     */
    public void clean() throws SQLException {
        session.execute("SET statement_timeout = " + PATIENCE.toMillis());
        try {
            removeLeftovers();
        } catch (SQLException e) {
            if (!SqlState.QUERY_CANCELED.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private void removeLeftovers() throws SQLException {
        if (statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY && indexIs(false)) {
            dropIndex();
        } else if (statement.kind() == StatementKind.REINDEX_CONCURRENTLY) {
            prepareReindex();
        }
    }

    private @Nullable String prepareCreate(boolean triedBefore) throws SQLException {
        while (triedBefore && isBeingBuilt() && cancellation.pause(BETWEEN_LOOKS)) {
            // another node's work: it counts as ours when it is done
        }
        if (indexIs(false)) {
            dropIndex();
        } else if (triedBefore && indexIs(true)) {
            return null;
        }
        return statement.text();
    }

    private String prepareReindex() throws SQLException {
        ConcurrentIndex index = ConcurrentIndex.of(statement).orElse(null);
        if (index != null && (index.table() != null || index.index() != null)) {
            List<String> leftovers =
                    session.query(REINDEX_LEFTOVERS, row -> row.getString(1), name(index.table()), name(index.index()));
            for (String leftover : leftovers) {
                session.execute("DROP INDEX CONCURRENTLY " + leftover);
            }
        }
        return statement.text();
    }

    private @Nullable String prepareDetach(boolean triedBefore) throws SQLException {
        DetachedPartition detached = DetachedPartition.of(statement).orElse(null);
        if (detached == null) {
            return statement.text();
        }
        String parent = quoted(detached.parent());
        String partition = quoted(detached.partition());
        List<Boolean> pending = session.query(DETACH_PENDING, row -> row.getBoolean(1), parent, partition);
        if (pending.isEmpty()) {
            return triedBefore ? null : statement.text();
        }
        return pending.get(0)
                ? "ALTER TABLE " + parent + " DETACH PARTITION " + partition + " FINALIZE"
                : statement.text();
    }

    /** Whether the index of the statement is valid, invalid, or (null) not there. */
    private boolean indexIs(@Nullable Boolean valid) throws SQLException {
        String name = indexName();
        if (name == null) {
            return false;
        }
        List<Boolean> found = session.query(INDEX, row -> row.getBoolean(1), name, tableName());
        return valid == null
                ? found.isEmpty()
                : !found.isEmpty() && found.get(0).equals(valid);
    }

    private boolean isBeingBuilt() throws SQLException {
        String name = indexName();
        return name != null && session.queryOne(BEING_BUILT, row -> row.getBoolean(1), name);
    }

    private void dropIndex() throws SQLException {
        session.execute("DROP INDEX CONCURRENTLY IF EXISTS " + indexName());
    }

    private @Nullable String tableName() {
        return ConcurrentIndex.of(statement).map(index -> name(index.table())).orElse(null);
    }

    private @Nullable String indexName() {
        return ConcurrentIndex.of(statement).map(index -> name(index.index())).orElse(null);
    }

    private static @Nullable String name(@Nullable QualifiedName name) {
        return name == null ? null : quoted(name);
    }

    private static String quoted(QualifiedName name) {
        String schema = name.schema();
        return (schema == null ? "" : Sql.identifier(schema) + ".") + Sql.identifier(name.name());
    }
}
