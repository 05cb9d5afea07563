package dev.migrator.alone;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.sql.ConcurrentIndex;
import dev.migrator.sql.DetachedPartition;
import dev.migrator.sql.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the catalog says of the objects that one statement is about. */
final class IndexCatalog {

    /**
     * Of the statement's own table, and not one that somebody is building right now. What another role builds the server
     * hides, but not that it builds, nor the lock that it has on the table meanwhile.
     */
    private static final String INDEX = """
            SELECT i.indisvalid AND i.indisready AND i.indislive
              FROM pg_catalog.pg_index i
             WHERE i.indexrelid = pg_catalog.to_regclass(?)
               AND i.indrelid = COALESCE(pg_catalog.to_regclass(?)::pg_catalog.oid, i.indrelid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                                WHERE p.index_relid = i.indexrelid
                                   OR p.relid IS NULL AND p.datname = pg_catalog.current_database()
                                      AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                                                   WHERE l.pid = p.pid AND l.relation = i.indrelid AND l.granted
                                                     AND l.mode = 'ShareUpdateExclusiveLock'))""";

    private static final String IS_THERE = "SELECT pg_catalog.to_regclass(?) IS NOT NULL";

    /**
     * What a REINDEX CONCURRENTLY that failed leaves beside the indexes it was to replace: those of the index, which may
     * have parts in partitions, or of the table with its partitions and their TOAST tables. A long name was cut before
     * the server put its ending to it.
     */
    private static final String REINDEX_LEFTOVERS = """
            WITH wanted AS (
                SELECT o.indrelid AS relation, n.relname::pg_catalog.text AS index
                  FROM (SELECT pg_catalog.to_regclass(?)::pg_catalog.oid AS oid
                        UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t) x
                  JOIN pg_catalog.pg_index o ON o.indexrelid = x.oid
                  JOIN pg_catalog.pg_class n ON n.oid = x.oid
            ), whole AS (
                SELECT pg_catalog.to_regclass(?)::pg_catalog.oid AS relation
                UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t
            ), place AS (
                SELECT relation, index FROM wanted
                UNION SELECT relation, NULL FROM whole
                UNION SELECT c.reltoastrelid, NULL FROM whole w JOIN pg_catalog.pg_class c ON c.oid = w.relation
            )
            SELECT DISTINCT i.indexrelid::pg_catalog.regclass::pg_catalog.text
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN place p ON p.relation = i.indrelid
             WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
               AND (p.index IS NULL
                    OR p.index = pg_catalog.regexp_replace(c.relname::pg_catalog.text, '_cc(new|old)[0-9]*$', '')
                    OR pg_catalog.octet_length(c.relname::pg_catalog.text) >= 60 AND pg_catalog.starts_with(
                           p.index, pg_catalog.regexp_replace(c.relname::pg_catalog.text, '_cc(new|old)[0-9]*$', '')))
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index b
                                WHERE b.relid = i.indrelid
                                   OR b.relid IS NULL AND b.datname = pg_catalog.current_database()
                                      AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                                                   WHERE l.pid = b.pid AND l.relation = i.indrelid AND l.granted
                                                     AND l.mode = 'ShareUpdateExclusiveLock'))
             ORDER BY 1""";

    /** By another session: of a node whose lease has ended, or that has lost its connection. */
    private static final String BEING_BUILT = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_stat_progress_create_index p,
                       (SELECT COALESCE(pg_catalog.to_regclass(?)::pg_catalog.oid,
                                        (SELECT i.indrelid FROM pg_catalog.pg_index i
                                          WHERE i.indexrelid = pg_catalog.to_regclass(?))) AS relation) wanted
                 WHERE p.pid <> pg_catalog.pg_backend_pid()
                   AND (p.index_relid = pg_catalog.to_regclass(?)
                        OR p.command LIKE 'REINDEX%' AND p.relid = wanted.relation
                        OR p.relid IS NULL AND p.datname = pg_catalog.current_database()
                           AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                                        WHERE l.pid = p.pid AND l.relation = wanted.relation AND l.granted
                                          AND l.mode = 'ShareUpdateExclusiveLock')))""";

    private static final String DETACH_PENDING = """
            SELECT inhdetachpending FROM pg_catalog.pg_inherits
             WHERE inhparent = pg_catalog.to_regclass(?) AND inhrelid = pg_catalog.to_regclass(?)""";

    private final Session session;

    IndexCatalog(Session session) {
        this.session = session;
    }

    /** Whether the index can be used; null when it is not there. */
    @Nullable
    Boolean isValid(ConcurrentIndex index) throws SQLException {
        List<Boolean> found =
                session.query(INDEX, row -> row.getBoolean(1), quoted(index.index()), quoted(index.table()));
        return found.isEmpty() ? null : found.get(0);
    }

    boolean isThere(QualifiedName index) throws SQLException {
        return session.queryOne(IS_THERE, row -> row.getBoolean(1), quoted(index));
    }

    /** Whether another session builds it, or rebuilds one of its table. */
    boolean isBeingBuilt(ConcurrentIndex index) throws SQLException {
        String name = quoted(index.index());
        return session.queryOne(BEING_BUILT, row -> row.getBoolean(1), quoted(index.table()), name, name);
    }

    List<String> reindexLeftovers(ConcurrentIndex index) throws SQLException {
        String name = quoted(index.index());
        String table = quoted(index.table());
        return session.query(REINDEX_LEFTOVERS, row -> row.getString(1), name, name, table, table);
    }

    /** Whether the detachment was begun and not finished; null when the table is no partition of the other one. */
    @Nullable
    Boolean isDetachPending(DetachedPartition detached) throws SQLException {
        List<Boolean> pending = session.query(
                DETACH_PENDING, row -> row.getBoolean(1), quoted(detached.parent()), quoted(detached.partition()));
        return pending.isEmpty() ? null : pending.get(0);
    }

    static @Nullable String quoted(@Nullable QualifiedName name) {
        if (name == null) {
            return null;
        }
        String schema = name.schema();
        return (schema == null ? "" : Sql.identifier(schema) + ".") + Sql.identifier(name.name());
    }
}
