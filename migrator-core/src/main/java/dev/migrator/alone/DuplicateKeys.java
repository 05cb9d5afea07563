package dev.migrator.alone;

import dev.migrator.postgres.Session;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The rows that keep a unique index from being built. The server names one group only; people want to know how many. */
final class DuplicateKeys {

    private static final int MOST_GROUPS = 5;

    private static final int LONGEST_VALUE = 60;

    /** Each candidate is a whole look at the table: it is given up after that. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String KEYS = """
            SELECT i.indrelid::pg_catalog.regclass::pg_catalog.text AS relation,
                   pg_catalog.pg_get_indexdef(i.indexrelid, k.n, true) AS key,
                   pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
                   COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::pg_catalog.bool, false) AS nulls_count
              FROM pg_catalog.pg_index i, LATERAL pg_catalog.generate_series(1, i.indnkeyatts) AS k (n)
             WHERE i.indexrelid = pg_catalog.to_regclass(?)
             ORDER BY k.n""";

    private DuplicateKeys() {}

    private record Key(String relation, String expression, String condition) {}

    /** For people: a few of the groups, those with the most rows first. Empty when they can't be found in time. */
    static List<String> of(Session session, String index) throws SQLException {
        List<Key> keys = session.query(
                KEYS,
                row -> {
                    String predicate = row.getString("predicate");
                    String key = "(" + row.getString("key") + ")";
                    String filter = predicate == null ? "true" : "(" + predicate + ")";
                    return new Key(
                            row.getString("relation"),
                            key,
                            row.getBoolean("nulls_count") ? filter : filter + " AND " + key + " IS NOT NULL");
                },
                index);
        if (keys.isEmpty()) {
            return List.of();
        }
        session.execute("SET statement_timeout = " + PATIENCE.toMillis());
        return groups(session, keys);
    }

    private static List<String> groups(Session session, List<Key> keys) throws SQLException {
        String expressions = keys.stream().map(Key::expression).collect(Collectors.joining(", "));
        String conditions = keys.stream().map(Key::condition).distinct().collect(Collectors.joining(" AND "));
        String shown =
                keys.stream().map(key -> key.expression() + "::pg_catalog.text").collect(Collectors.joining(", "));
        String names = keys.stream()
                .map(key -> key.expression().substring(1, key.expression().length() - 1))
                .collect(Collectors.joining(", "));
        String query = "SELECT count(*) AS found, " + shown + " FROM "
                + keys.get(0).relation() + " WHERE " + conditions
                + " GROUP BY " + expressions + " HAVING count(*) > 1 ORDER BY count(*) DESC, " + expressions + " LIMIT "
                + (MOST_GROUPS + 1);
        List<String> groups = session.query(query, row -> {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                values.add(shortened(String.valueOf(row.getString(i + 2))));
            }
            return "(" + SafeText.line(names) + ")=(" + String.join(", ", values) + "): " + row.getLong("found")
                    + " rows";
        });
        return groups.size() <= MOST_GROUPS ? groups : withMore(groups);
    }

    private static List<String> withMore(List<String> groups) {
        List<String> some = new ArrayList<>(groups.subList(0, MOST_GROUPS));
        some.add("and more");
        return some;
    }

    private static String shortened(String value) {
        String line = SafeText.line(value);
        return line.length() > LONGEST_VALUE ? line.substring(0, LONGEST_VALUE) + "…" : line;
    }
}
