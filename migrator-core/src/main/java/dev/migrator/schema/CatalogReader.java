package dev.migrator.schema;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@link SchemaSnapshot}: one query, and the statements around it that make the server's words comparable. */
public final class CatalogReader {

    /**
     * Every name outside of the system's own schema comes out qualified, every constant in one form. The cost of the
     * query looks high to the planner, and compiling it would take longer than running it.
     */
    private static final List<String> SETTINGS = List.of(
            "SET LOCAL search_path = pg_catalog, pg_temp",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL IntervalStyle = 'postgres'",
            "SET LOCAL bytea_output = 'hex'",
            "SET LOCAL extra_float_digits = 1",
            "SET LOCAL quote_all_identifiers = off",
            "SET LOCAL jit = off");

    /** The facts that have conditions and casts in them. */
    private static final Set<String> EXPRESSIONS =
            Set.of("definition", "default", "generated", "checks", "using", "check");

    private CatalogReader() {}

    /** Reads in a transaction of its own, in three round trips. The session must not be in one. */
    public static SchemaSnapshot read(Session session, SnapshotScope scope) throws SQLException {
        return within(session, () -> readWithin(session, scope));
    }

    /** What asks the server for words that are to be compared with a snapshot's. */
    @FunctionalInterface
    public interface Question<T> {
        T ask() throws SQLException;
    }

    /** A transaction with the settings; the session must not be in one. */
    public static <T> T within(Session session, Question<T> question) throws SQLException {
        try {
            Message begin = Message.of("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            addSettings(begin);
            session.send(begin).orThrow();
            return question.ask();
        } finally {
            if (!session.isLost() && session.inTransaction()) {
                session.execute("ROLLBACK");
            }
        }
    }

    /** For a transaction that the caller has begun. */
    public static void addSettings(Message message) {
        SETTINGS.forEach(message::add);
    }

    /** Reads what the transaction sees; the settings must have been made in it. */
    public static SchemaSnapshot readWithin(Session session, SnapshotScope scope) throws SQLException {
        return new SchemaSnapshot(session.query(
                CatalogQuery.SQL,
                CatalogReader::object,
                scope.schemas().toArray(String[]::new),
                scope.grants(),
                scope.ownSchema(),
                scope.ownTables().toArray(String[]::new)));
    }

    private static SchemaObject object(ResultSet row) throws SQLException {
        ObjectName name = new ObjectName(row.getString(2), row.getString(3), row.getString(4));
        return new SchemaObject(ObjectKind.ofLabel(row.getString(1)), name, facts(row.getArray(6)), row.getLong(5));
    }

    private static Map<String, String> facts(Array array) throws SQLException {
        Map<String, String> facts = new LinkedHashMap<>();
        @Nullable Object[] values = (@Nullable Object[]) array.getArray();
        for (int i = 0; i + 1 < values.length; i += 2) {
            if (values[i] instanceof String fact && values[i + 1] instanceof String value) {
                facts.put(fact, EXPRESSIONS.contains(fact) ? words(value) : value);
            }
        }
        return facts;
    }

    /** The body of a function is no expression but a text, and stays as it is. */
    private static String words(String value) {
        return value.contains("\nAS $") ? value : StableWords.of(value);
    }
}
