package dev.migrator.batch;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the table and a key that each of its rows has, once. */
public final class TableSearch {

    private static final String TABLE = """
            SELECT c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind IN ('r', 'p')
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid = COALESCE(pg_catalog.to_regclass(?), pg_catalog.to_regclass(pg_catalog.quote_ident(?)))""";

    /** A type of users with its schema: the migration's statements may change where names are looked for. */
    private static final String UNIQUE_INDEXES = """
            SELECT i.indisprimary,
                   pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.n),
                   pg_catalog.array_agg(CASE WHEN t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
                                             THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
                                             ELSE pg_catalog.format('%I.%I', n.nspname, t.typname) END ORDER BY k.n),
                   pg_catalog.bool_and(a.attnotnull),
                   pg_catalog.string_agg(DISTINCT on_.nspname::pg_catalog.text, ', ')
                       FILTER (WHERE NOT pg_catalog.pg_operator_is_visible(o.oid))
              FROM pg_catalog.pg_index i
             CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(i.indkey::pg_catalog.int2[])) WITH ORDINALITY AS k (attnum, n)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              JOIN pg_catalog.pg_opclass c ON c.oid = i.indclass[k.n - 1]
              LEFT JOIN pg_catalog.pg_amop l ON l.amopfamily = c.opcfamily AND l.amopstrategy = 1
                                            AND l.amoplefttype = c.opcintype AND l.amoprighttype = c.opcintype
              LEFT JOIN pg_catalog.pg_operator o ON o.oid = l.amopopr
              LEFT JOIN pg_catalog.pg_namespace on_ ON on_.oid = o.oprnamespace
             WHERE i.indrelid = ?::pg_catalog.int8::pg_catalog.oid AND k.n <= i.indnkeyatts
               AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
             GROUP BY i.indexrelid, i.indisprimary
             ORDER BY i.indisprimary DESC, i.indexrelid""";

    private final Session session;
    private final String subject;

    /** @param subject the migration or file that asks */
    public TableSearch(Session session, String subject) {
        this.session = session;
        this.subject = subject;
    }

    private record Found(long oid, String schema, String name, boolean ordinary) {}

    /** @param unseen schemas of the key's own comparisons that the search path lacks, or null */
    private record Unique(
            boolean primary,
            List<KeyColumn> columns,
            boolean notNull,
            @Nullable String unseen) {}

    /**
     * @param key empty means the primary key
     * @param inOrder whether the key must have the order of its index, because somebody else compares by it
     * @throws MigratorException when there is no such table or key
     */
    public WalkedTable find(String table, List<String> key, boolean inOrder) throws SQLException {
        List<Found> found = session.query(
                TABLE,
                row -> new Found(row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4)),
                table,
                table);
        if (found.isEmpty()) {
            throw refused("There is no table " + SafeText.line(table) + ".", "Correct the name, or add its schema.");
        }
        Found one = found.get(0);
        if (!one.ordinary()) {
            throw refused(SafeText.line(table) + " is not a table.", "Walk over the table under it.");
        }
        List<Unique> unique = session.query(UNIQUE_INDEXES, TableSearch::readUnique, one.oid());
        String name = Sql.identifier(one.schema()) + "." + Sql.identifier(one.name());
        Unique chosen = choose(unique, key, table, inOrder);
        refuseUnseen(chosen, table);
        return new WalkedTable(name, chosen.columns());
    }

    private static Unique readUnique(ResultSet row) throws SQLException {
        List<String> names = texts(row.getArray(2));
        List<String> types = texts(row.getArray(3));
        List<KeyColumn> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(new KeyColumn(names.get(i), types.get(i)));
        }
        return new Unique(row.getBoolean(1), columns, row.getBoolean(4), row.getString(5));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** Without its own comparison a type such as citext is compared as text, in another order than its index has. */
    private void refuseUnseen(Unique chosen, String table) {
        if (chosen.unseen() != null) {
            throw refused(
                    "The comparisons of the key " + SafeText.line(String.join(", ", names(chosen))) + " of "
                            + SafeText.line(table) + " are in the schema " + SafeText.line(chosen.unseen())
                            + ", which is not in the search path: its rows would be compared in another order.",
                    "Put that schema into the search path of the migrations' connection, or choose another key.");
        }
    }

    private Unique choose(List<Unique> unique, List<String> key, String table, boolean inOrder) {
        if (key.isEmpty()) {
            return unique.stream()
                    .filter(Unique::primary)
                    .findFirst()
                    .orElseThrow(() -> refused(
                            SafeText.line(table) + " has no primary key.",
                            "Name the columns of a unique index, none of them nullable: key=…"));
        }
        List<Unique> same = unique.stream()
                .filter(index -> Set.copyOf(names(index)).equals(Set.copyOf(key)))
                .toList();
        String words = String.join(", ", key);
        if (same.isEmpty()) {
            throw refused(
                    "No primary key and no whole unique index of " + SafeText.line(table) + " has just the columns "
                            + SafeText.line(words) + ".",
                    "Choose the columns of one that there is, or create one.");
        }
        Unique index = same.stream()
                .filter(each -> names(each).equals(key))
                .findFirst()
                .orElse(same.get(0));
        if (inOrder && !names(index).equals(key)) {
            throw otherOrder(table, words, names(index));
        }
        if (!index.notNull()) {
            throw refused(
                    "The key " + words + " of " + SafeText.line(table)
                            + " may be null, and rows without a key would never be reached.",
                    "Set the columns NOT NULL, or choose another key.");
        }
        return index;
    }

    /** A range of rows (a, b) is none of rows (b, a), and who names the key so compares so. */
    private MigratorException otherOrder(String table, String words, List<String> names) {
        String order = SafeText.line(String.join(",", names));
        return refused(
                "The index of " + SafeText.line(table) + " over the columns " + SafeText.line(words)
                        + " has them in another order.",
                "Write key=" + order + ", and compare (" + order.replace(",", ", ") + ") with :from and :to.");
    }

    private static List<String> names(Unique index) {
        return index.columns().stream().map(KeyColumn::name).toList();
    }

    private MigratorException refused(String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.BATCH_SOURCE, subject, description, action));
    }
}
