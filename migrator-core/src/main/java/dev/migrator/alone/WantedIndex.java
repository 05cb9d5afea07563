package dev.migrator.alone;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.sql.ConcurrentIndex;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server makes of a {@code CREATE INDEX}: the same index on an empty table of the same shape, which is rolled
 * back at once. The same index may be written in many ways; the server writes it in one.
 */
final class WantedIndex {

    private static final Logger log = LoggerFactory.getLogger(WantedIndex.class);

    /** For whoever holds the whole table: nothing else of this takes time. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String TABLE =
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(?)";

    private static final String MADE = "SELECT " + IndexCatalog.DEFINITION
            + " FROM pg_catalog.pg_index i WHERE i.indrelid = pg_catalog.to_regclass(?)";

    private WantedIndex() {}

    private record Table(String schema, String name) {

        String original() {
            return Sql.identifier(schema) + "." + Sql.identifier(name);
        }

        /** Of the same name: the index may speak of its table. */
        String twin() {
            return "pg_temp." + Sql.identifier(name);
        }
    }

    /** See {@link IndexCatalog#DEFINITION}; null when the server does not let us find it out. */
    static @Nullable String definition(Session session, ConcurrentIndex index) throws SQLException {
        List<Table> tables = session.query(
                TABLE, row -> new Table(row.getString(1), row.getString(2)), IndexCatalog.quoted(index.table()));
        if (tables.isEmpty()) {
            return null;
        }
        Table table = tables.get(0);
        Message message = new Message();
        message.add("BEGIN");
        message.add("SET LOCAL lock_timeout = " + PATIENCE.toMillis());
        message.add("CREATE TEMPORARY TABLE " + Sql.identifier(table.name()) + " (LIKE " + table.original() + ")");
        message.add("CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX ON " + table.twin() + " " + index.body());
        Answer answer = session.send(message);
        try {
            refuseToGoOn(answer);
            return answer.isComplete() ? session.queryOne(MADE, row -> row.getString(1), table.twin()) : null;
        } finally {
            if (!session.isLost() && session.inTransaction()) {
                session.execute("ROLLBACK");
            }
        }
    }

    /** Whoever may not create temporary tables can't find it out; whatever else is in the way may be gone at the next try. */
    private static void refuseToGoOn(Answer answer) throws SQLException {
        SQLException error = answer.error();
        if (error == null) {
            return;
        }
        String state = error.getSQLState();
        if (answer.lostConnection() || SqlState.QUERY_CANCELED.equals(state) || SqlState.mayRunAgain(state)) {
            throw error;
        }
        log.debug("What the statement would build can't be found out", error);
    }
}
