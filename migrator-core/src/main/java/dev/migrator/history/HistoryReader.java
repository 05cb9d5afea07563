package dev.migrator.history;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads everything that a start needs in one query; a second one only where the table does not exist yet. */
final class HistoryReader {

    /** One row of facts, also when the table does not exist; %1$s and %2$s are the tables' names as literals. */
    private static final String FACTS = """
            SELECT pg_catalog.pg_backend_pid()                        AS f_pid,
                   pg_catalog.current_database()                      AS f_database,
                   CURRENT_USER                                       AS f_user,
                   pg_catalog.current_schema()                        AS f_schema,
                   pg_catalog.current_setting('search_path')          AS f_search_path,
                   pg_catalog.pg_is_in_recovery()                     AS f_recovery,
                   pg_catalog.current_setting('transaction_read_only') = 'on' AS f_read_only,
                   n.nspname                                          AS f_table_schema,
                   c.relkind                                          AS f_table_kind,
                   c.relpersistence                                   AS f_table_persistence,
                   pg_catalog.obj_description(c.oid, 'pg_class')      AS f_table_comment,
                   pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_table_privilege(c.oid, 'INSERT')
                     AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')
                     AND pg_catalog.has_table_privilege(c.oid, 'DELETE') AS f_table_writable,
                   (SELECT pg_catalog.string_agg(a.attname::pg_catalog.text, ',')
                      FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                       AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '') AS f_table_required,
                   pg_catalog.has_table_privilege(pg_catalog.to_regclass(%2$s), 'INSERT') AS f_log_writable
              FROM (SELECT pg_catalog.to_regclass(%1$s)::pg_catalog.oid AS oid) t
              LEFT JOIN pg_catalog.pg_class c ON c.oid = t.oid
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            """;

    private static final int FACT_COLUMNS = 14;

    private final TableNames names;

    HistoryReader(TableNames names) {
        this.names = names;
    }

    /** A table that the search path finds in another schema than the current one is not ours: it is left alone. */
    History read(Session session) throws SQLException {
        Look look = look(session);
        String current = look.history().facts().currentSchema();
        if (names.schema() == null
                && current != null
                && look.table().exists()
                && !current.equals(look.table().schema())) {
            return new HistoryReader(names.in(current)).look(session).history();
        }
        return look.history();
    }

    private record Look(History history, TableFacts table) {}

    private Look look(Session session) throws SQLException {
        String facts = String.format(Locale.ROOT, FACTS, Sql.literal(names.history()), Sql.literal(names.log()));
        try (Statement statement = session.connection().createStatement()) {
            return read(
                    statement, "SELECT f.*, h.* FROM (" + facts + ") f LEFT JOIN " + names.history() + " h ON true");
        } catch (SQLException e) {
            boolean unreadable = SqlState.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
            if (!SqlState.UNDEFINED_TABLE.equals(e.getSQLState()) && !unreadable) {
                throw e;
            }
            try (Statement statement = session.connection().createStatement()) {
                Look look = read(statement, facts);
                boolean createdMeanwhile = !unreadable && look.table().exists();
                return createdMeanwhile ? look(session) : look;
            } catch (SQLException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }

    private Look read(Statement statement, String sql) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setEscapeProcessing(false);
        try (ResultSet rows = statement.executeQuery(sql)) {
            Map<String, Integer> columns = historyColumns(rows.getMetaData());
            if (!rows.next()) {
                throw new SQLException(
                        "no answer from " + connection.getMetaData().getDatabaseProductName());
            }
            ServerFacts facts = facts(rows);
            TableFacts table = tableFacts(rows, columns);
            TableCheck check = TableCheck.of(names, facts, table);
            List<HistoryEntry> entries = new ArrayList<>();
            if (check.isReadable()) {
                EntryReader reader = new EntryReader(columns, check);
                do {
                    reader.read(rows, entries);
                } while (rows.next());
                entries.sort(Comparator.comparingLong(HistoryEntry::id));
            }
            return new Look(new History(facts, check.shape(), List.copyOf(entries), check.problems()), table);
        }
    }

    private static Map<String, Integer> historyColumns(ResultSetMetaData metaData) throws SQLException {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (int i = FACT_COLUMNS + 1; i <= metaData.getColumnCount(); i++) {
            columns.put(metaData.getColumnLabel(i).toLowerCase(Locale.ROOT), i);
        }
        return columns;
    }

    private static ServerFacts facts(ResultSet row) throws SQLException {
        return new ServerFacts(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getBoolean(6),
                row.getBoolean(7));
    }

    private static TableFacts tableFacts(ResultSet row, Map<String, Integer> columns) throws SQLException {
        @Nullable String required = row.getString(13);
        return new TableFacts(
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getBoolean(12),
                row.getObject(14, Boolean.class),
                required == null ? List.of() : List.of(required.split(",")),
                columns.keySet());
    }
}
