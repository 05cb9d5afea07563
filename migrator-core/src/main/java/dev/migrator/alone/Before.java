package dev.migrator.alone;

import dev.migrator.postgres.Session;
import dev.migrator.sql.ConcurrentIndex;
import dev.migrator.sql.DetachedPartition;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows before a statement is sent for the first time, as identifiers with a blank between them. It is
 * journaled before the statement leaves: what was there already is not the work of a statement that nobody saw end.
 */
final class Before {

    private static final Map<StatementKind, String> OF_THE_SERVER = Map.of(
            StatementKind.CREATE_DATABASE, "SELECT oid::pg_catalog.text FROM pg_catalog.pg_database ORDER BY oid",
            StatementKind.DROP_DATABASE, "SELECT oid::pg_catalog.text FROM pg_catalog.pg_database ORDER BY oid",
            StatementKind.CREATE_TABLESPACE, "SELECT oid::pg_catalog.text FROM pg_catalog.pg_tablespace ORDER BY oid",
            StatementKind.DROP_TABLESPACE, "SELECT oid::pg_catalog.text FROM pg_catalog.pg_tablespace ORDER BY oid",
            StatementKind.CREATE_SUBSCRIPTION,
                    "SELECT oid::pg_catalog.text FROM pg_catalog.pg_subscription ORDER BY oid",
            StatementKind.COMMIT_PREPARED,
                    "SELECT transaction::pg_catalog.text FROM pg_catalog.pg_prepared_xacts ORDER BY 1");

    private Before() {}

    /** Null where nothing has to be known: the statement does no harm when it runs twice. */
    static @Nullable String of(Session session, IndexCatalog catalog, SqlStatement statement) throws SQLException {
        String query = OF_THE_SERVER.get(statement.kind());
        if (query != null) {
            return String.join(" ", session.query(query, row -> row.getString(1)));
        }
        ConcurrentIndex index = ConcurrentIndex.of(statement).orElse(null);
        DetachedPartition detached = DetachedPartition.of(statement).orElse(null);
        if (index != null && (index.index() != null || index.table() != null)) {
            boolean rebuilds = statement.kind() == StatementKind.REINDEX_CONCURRENTLY;
            return String.join(" ", rebuilds ? catalog.rebuiltBy(index) : catalog.identifiers(index));
        }
        if (detached != null) {
            return catalog.isDetachPending(detached) == null ? "" : "partition";
        }
        return null;
    }

    static Set<String> identifiers(String found) {
        return Set.copyOf(List.of(found.split(" ")));
    }
}
