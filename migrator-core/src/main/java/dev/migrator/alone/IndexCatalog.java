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

    /** All of an index but its name and its table's, as the server writes it: two that agree do the same. */
    static final String DEFINITION = """
            (SELECT pg_catalog.concat_ws(' ', i.indisunique, i.indimmediate, i.indisexclusion,
                        pg_catalog.substr(d.text, pg_catalog.strpos(d.text, d.mark) + pg_catalog.length(d.mark)))
               FROM (SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS text,
                            (SELECT pg_catalog.quote_ident(t.relname::pg_catalog.text) || ' USING '
                               FROM pg_catalog.pg_class t WHERE t.oid = i.indrelid) AS mark) d)""";

    /** Whether somebody works on it. What another role builds the server hides, but not that it builds, nor its lock. */
    private static final String NOBODY_BUILDS = """
            NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                         WHERE p.index_relid = i.indexrelid
                            OR p.relid IS NULL AND p.datname = pg_catalog.current_database()
                               AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                                            WHERE l.pid = p.pid AND l.relation = i.indrelid AND l.granted
                                              AND l.mode = 'ShareUpdateExclusiveLock'))""";

    /** Of the statement's own table. An INVALID one of a partitioned table waits for its parts; nobody builds it alone. */
    private static final String INDEXES = """
             FROM pg_catalog.pg_index i
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
            WHERE (?::pg_catalog.text IS NULL OR i.indexrelid = pg_catalog.to_regclass(?))
              AND (?::pg_catalog.text IS NULL OR i.indrelid = pg_catalog.to_regclass(?))
            """;

    private static final String FOUND = "SELECT i.indexrelid::pg_catalog.text AS id,"
            + " i.indexrelid::pg_catalog.regclass::pg_catalog.text AS name,"
            + " i.indisvalid AND i.indisready AND i.indislive AS usable, " + DEFINITION + " AS definition"
            + INDEXES + " AND " + NOBODY_BUILDS + " ORDER BY i.indexrelid";

    private static final String IDENTIFIERS =
            "SELECT i.indexrelid::pg_catalog.text" + INDEXES + " ORDER BY i.indexrelid";

    /** In the schema of the table that a new index is for. */
    private static final String OF_THAT_NAME = """
            SELECT pg_catalog.pg_get_indexdef(c.oid)
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_class t ON t.relnamespace = c.relnamespace
             WHERE t.oid = pg_catalog.to_regclass(?) AND c.relname = ? AND c.relkind IN ('i', 'I')""";

    private static final String IS_THERE = "SELECT pg_catalog.to_regclass(?) IS NOT NULL";

    /** The indexes that REINDEX is about, which may have parts in partitions, and the tables, which may have them, too. */
    private static final String REINDEXED = """
            WITH wanted AS (
                SELECT o.indrelid AS relation, o.indexrelid AS id, n.relname::pg_catalog.text AS index
                  FROM (SELECT pg_catalog.to_regclass(?)::pg_catalog.oid AS oid
                        UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t) x
                  JOIN pg_catalog.pg_index o ON o.indexrelid = x.oid
                  JOIN pg_catalog.pg_class n ON n.oid = x.oid
            ), whole AS (
                SELECT pg_catalog.to_regclass(?)::pg_catalog.oid AS relation
                UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t
            ), place AS (
                SELECT relation, id, index FROM wanted
                UNION SELECT relation, NULL, NULL FROM whole
                UNION SELECT c.reltoastrelid, NULL, NULL
                  FROM whole w JOIN pg_catalog.pg_class c ON c.oid = w.relation
            )
            """;

    /** That of an exclusion constraint can't be rebuilt concurrently, and is passed over. */
    private static final String REBUILT = REINDEXED + """
            SELECT DISTINCT i.indexrelid::pg_catalog.text
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN place p ON p.relation = i.indrelid AND COALESCE(p.id, i.indexrelid) = i.indexrelid
             WHERE c.relkind = 'i' AND i.indisvalid AND NOT i.indisexclusion
             ORDER BY 1""";

    /**
     * What a REINDEX CONCURRENTLY that failed leaves beside the indexes it was to replace. A long name was cut before the
     * server put its ending to it.
     */
    private static final String REINDEX_LEFTOVERS = REINDEXED + """
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

    /**
     * By another session: of a node whose lease has ended, or that has lost its connection. Which index a statement without
     * a name builds can't be told; ours would have to wait for any other of its table.
     */
    private static final String BEING_BUILT = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_stat_progress_create_index p,
                       (SELECT COALESCE(pg_catalog.to_regclass(?)::pg_catalog.oid,
                                        (SELECT i.indrelid FROM pg_catalog.pg_index i
                                          WHERE i.indexrelid = pg_catalog.to_regclass(?))) AS relation) wanted
                 WHERE p.pid <> pg_catalog.pg_backend_pid()
                   AND (p.index_relid = pg_catalog.to_regclass(?)
                        OR p.relid = wanted.relation AND (?::pg_catalog.text IS NULL OR p.command LIKE 'REINDEX%')
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

    /**
     * An index that nobody is building.
     *
     * @param usable whether it is complete; else it is INVALID
     * @param definition see {@link #DEFINITION}
     */
    record Found(String id, String name, boolean usable, String definition) {}

    /** Of the statement's table: the one with its name, or all where the server chooses the name. */
    List<Found> find(ConcurrentIndex index) throws SQLException {
        return session.query(
                FOUND,
                row -> new Found(
                        row.getString("id"),
                        row.getString("name"),
                        row.getBoolean("usable"),
                        row.getString("definition")),
                nameAndTable(index));
    }

    /** The same with those that somebody is building. */
    List<String> identifiers(ConcurrentIndex index) throws SQLException {
        return session.query(IDENTIFIERS, row -> row.getString(1), nameAndTable(index));
    }

    /** The index, or the indexes of the table, that a REINDEX replaces by new ones. */
    List<String> rebuiltBy(ConcurrentIndex index) throws SQLException {
        return session.query(REBUILT, row -> row.getString(1), nameAndTable(index));
    }

    private static @Nullable Object[] nameAndTable(ConcurrentIndex index) {
        String name = quoted(index.index());
        String table = quoted(index.table());
        return new @Nullable Object[] {name, name, table, table};
    }

    /** The statement that would make the index whose name a new one can't have; null when it is none. */
    @Nullable
    String statementOf(QualifiedName taken, QualifiedName table) throws SQLException {
        List<String> found = session.query(OF_THAT_NAME, row -> row.getString(1), quoted(table), taken.name());
        return found.isEmpty() ? null : found.get(0);
    }

    boolean isThere(QualifiedName index) throws SQLException {
        return session.queryOne(IS_THERE, row -> row.getBoolean(1), quoted(index));
    }

    /** Whether another session builds it, or rebuilds one of its table. */
    boolean isBeingBuilt(ConcurrentIndex index) throws SQLException {
        String name = quoted(index.index());
        return session.queryOne(BEING_BUILT, row -> row.getBoolean(1), quoted(index.table()), name, name, name);
    }

    List<String> reindexLeftovers(ConcurrentIndex index) throws SQLException {
        return session.query(REINDEX_LEFTOVERS, row -> row.getString(1), nameAndTable(index));
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
