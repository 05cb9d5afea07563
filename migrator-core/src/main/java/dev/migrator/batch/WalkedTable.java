package dev.migrator.batch;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table and the key that it is walked by. Ranges are found by the key alone, whatever rows the migration wants, so that
 * each look reads a bounded part of the index and never passes over what is done already.
 *
 * @param name with its schema, quoted
 */
public record WalkedTable(String name, List<KeyColumn> key) {

    private static final int COUNTED = 100_000;
    private static final Pattern PLANNED_ROWS = Pattern.compile("rows=(\\d+)");

    public WalkedTable {
        key = List.copyOf(key);
    }

    /** The condition for a range, to follow WHERE. */
    public String between(Page page) {
        return columns() + " >= " + literal(page.first()) + " AND " + columns() + " <= " + literal(page.last());
    }

    /** A key as the server reads it, with the types of the columns: one value, or a row of them. */
    public String literal(Key of) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            values.add(Sql.literal(of.values().get(i)) + "::" + key.get(i).type());
        }
        return (values.size() == 1 ? "(" : "ROW(") + String.join(", ", values) + ")";
    }

    /** For people. */
    public String walk() {
        return name + " by " + String.join(", ", keyNames());
    }

    public List<String> keyNames() {
        return key.stream().map(KeyColumn::name).toList();
    }

    /** The order of the walk, to follow ORDER BY. */
    public String order() {
        return key.stream().map(column -> Sql.identifier(column.name())).collect(Collectors.joining(", "));
    }

    private String columns() {
        return key.size() == 1 ? order() : "(" + order() + ")";
    }

    /** The next range after a key, up to a key; null when there is none. */
    public @Nullable Page next(Session session, @Nullable Key after, Key upTo, int rows) throws SQLException {
        String select = "WITH page AS (SELECT " + aliased() + ", pg_catalog.row_number() OVER (ORDER BY " + order()
                + ") AS n FROM " + name + " WHERE " + columns() + " <= " + literal(upTo)
                + (after == null ? "" : " AND " + columns() + " > " + literal(after)) + " ORDER BY " + order()
                + " LIMIT " + rows
                + ") SELECT * FROM page WHERE n = 1 OR n = (SELECT pg_catalog.max(n) FROM page) ORDER BY n";
        record End(Key key, int number) {}
        List<End> ends = session.query(select, row -> new End(read(row), row.getInt(key.size() + 1)));
        if (ends.isEmpty()) {
            return null;
        }
        End last = ends.get(ends.size() - 1);
        return new Page(ends.get(0).key(), last.key(), last.number());
    }

    /** Under other names, so that ORDER BY means the columns themselves and not their texts. */
    private String aliased() {
        List<String> aliased = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            aliased.add(Sql.identifier(key.get(i).name()) + "::pg_catalog.text AS k" + i);
        }
        return String.join(", ", aliased);
    }

    private Key read(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= key.size(); i++) {
            values.add(row.getString(i));
        }
        return new Key(values);
    }

    /** The last key that there is now; null for an empty table. */
    public @Nullable Key last(Session session) throws SQLException {
        String descending = key.stream()
                .map(column -> Sql.identifier(column.name()) + " DESC")
                .collect(Collectors.joining(", "));
        List<Key> last = session.query(
                "SELECT " + aliased() + " FROM " + name + " ORDER BY " + descending + " LIMIT 1", this::read);
        return last.isEmpty() ? null : last.get(0);
    }

    /** Counted for a small table; for a large one what the planner thinks, which costs nothing. */
    public long estimate(Session session) throws SQLException {
        long counted = session.queryOne(
                "SELECT pg_catalog.count(*) FROM (SELECT FROM " + name + " LIMIT " + (COUNTED + 1) + ") part",
                row -> row.getLong(1));
        if (counted <= COUNTED) {
            return counted;
        }
        Matcher planned =
                PLANNED_ROWS.matcher(session.queryOne("EXPLAIN SELECT FROM " + name, row -> row.getString(1)));
        return planned.find() ? Math.max(counted, Long.parseLong(planned.group(1))) : counted;
    }
}
