package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.SqlCommand;

/** PostgreSQL accepts piece by piece what it accepts whole, and the same comes of it. */
class SqlAgainstServerTest {

    private static final String[] TEXTS = {
        "a", "'", "''", ";", "\\", "$$", "$x$", "--", "/*", "*/", "\n", "\"", ":a", "{d", "?", "$1", "BEGIN", "END;",
        "é", "😀",
    };
    private static final String[] GAPS = {
        " ", "\n", "\r\n\t", " -- ; ' $$ \"\n", "/* ; ' */", " /* /* ; */ ' */ ", "\f", "/**/"
    };
    private static final String CATALOG = """
            SELECT 'column ' || c.relname || '.' || a.attname || ' '
                   || COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
              LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
             WHERE c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
             WHERE c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT 'comment ' || obj_description('log'::regclass)
            UNION ALL SELECT 'row ' || text FROM log UNION ALL SELECT 'copy ' || text FROM log2
             ORDER BY 1""";

    private static TestDatabase whole;
    private static TestDatabase pieces;

    @BeforeContainer
    static void create() {
        whole = TestDatabase.create();
        pieces = TestDatabase.create();
    }

    @AfterContainer
    static void drop() {
        whole.close();
        pieces.close();
    }

    @Property(tries = 100)
    void piecesDoWhatTheWholeDoes(@ForAll long seed) throws SQLException {
        Script script = new Script(new Random(seed));

        List<String> expected = run(whole, List.of(script.text));
        List<SqlStatement> statements = SqlScript.parse(script.text).statements();
        List<String> actual =
                run(pieces, statements.stream().map(SqlStatement::text).toList());

        assertThat(statements).as(script.text).hasSize(script.statements);
        assertThat(actual).as(script.text).isEqualTo(expected);
    }

    private static List<String> run(TestDatabase database, List<String> messages) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
            for (String message : messages) {
                send(connection.unwrap(BaseConnection.class), message);
            }
            List<String> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(CATALOG)) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    /** As one message of the simple protocol: neither the driver nor we look into it. */
    private static void send(BaseConnection connection, String text) throws SQLException {
        QueryExecutor executor = connection.getQueryExecutor();
        ResultHandlerBase handler = new ResultHandlerBase() {
            @Override
            public void handleWarning(SQLWarning warning) {
                // a comment that begins within a comment, and the like
            }

            @Override
            public void handleCommandStatus(String status, long updateCount, long insertOid) {
                // what it did is read from the catalog
            }
        };
        int flags = QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
                | QueryExecutor.QUERY_NO_RESULTS
                | QueryExecutor.QUERY_SUPPRESS_BEGIN
                | QueryExecutor.QUERY_ONESHOT;
        executor.execute(executor.wrap(List.of(new NativeQuery(text, SqlCommand.BLANK))), null, handler, 0, 0, flags);
        handler.handleCompletion();
    }

    /** Valid statements, written as oddly as the language allows. */
    private static final class Script {

        private final Random random;
        private final String text;
        private int statements;

        Script(Random random) {
            this.random = random;
            StringBuilder out = new StringBuilder();
            add(out, words("CREATE TABLE log (text text)"));
            add(out, words("CREATE TABLE log2 (text text)"));
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                add(out, statement(i));
            }
            out.append(gap());
            if (random.nextBoolean()) {
                out.append(";").append(gap());
            }
            this.text = out.toString();
        }

        private void add(StringBuilder out, String statement) {
            statements++;
            out.append(gap())
                    .append(statement)
                    .append(random.nextInt(4) == 0 ? gap() : "")
                    .append(";");
            if (random.nextInt(5) == 0) {
                out.append(gap()).append(";");
            }
        }

        private String statement(int i) {
            return switch (random.nextInt(10)) {
                case 0 ->
                    words("CREATE TABLE t" + i + " (a text DEFAULT") + gap() + literal() + ", \"c;'\"\" " + i
                            + "\" int)";
                case 1 ->
                    words("CREATE FUNCTION f" + i + "() RETURNS text LANGUAGE sql AS")
                            + gap()
                            + quoted("SELECT " + literal());
                case 2 ->
                    words(
                            "CREATE OR REPLACE FUNCTION g" + i
                                    + "(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 1 END; SELECT x; END");
                case 3 ->
                    words("CREATE RULE r" + i + " AS ON INSERT TO log DO ALSO (INSERT INTO log2 VALUES (") + literal()
                            + ")" + gap() + "; INSERT INTO log2 VALUES (" + literal() + "))";
                case 4 -> "DO" + gap() + quoted("BEGIN INSERT INTO log VALUES (" + literal() + "); END");
                case 5 -> words("COMMENT ON TABLE log IS") + gap() + literal();
                case 6 -> words("CREATE VIEW v" + i + " AS SELECT") + gap() + literal() + gap() + "AS \"q;\"";
                case 7 -> words("INSERT INTO log SELECT (ARRAY['a', 'b;', 'c'])[1:2]::text");
                case 8 -> words("CREATE TABLE a$b$" + i + " (id int DEFAULT 1 - - 1, \"BEGIN\" int)");
                default -> words("INSERT INTO log VALUES (") + literal() + "), (" + literal() + ")";
            };
        }

        private String words(String plain) {
            StringBuilder out = new StringBuilder();
            for (String word : plain.split(" ")) {
                out.append(out.length() == 0 ? "" : random.nextInt(4) == 0 ? gap() : " ");
                out.append(word);
            }
            return out.toString();
        }

        private String gap() {
            String gap = GAPS[random.nextInt(GAPS.length)];
            return random.nextBoolean() ? gap : gap + GAPS[random.nextInt(GAPS.length)];
        }

        private String literal() {
            StringBuilder content = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                content.append(TEXTS[random.nextInt(TEXTS.length)]);
            }
            return quoted(content.toString());
        }

        private String quoted(String content) {
            String doubled = content.replace("'", "''");
            return switch (random.nextInt(4)) {
                case 0 -> "'" + doubled + "'";
                case 1 -> "E'" + content.replace("\\", "\\\\").replace("'", random.nextBoolean() ? "''" : "\\'") + "'";
                case 2 -> "U&'" + doubled.replace("\\", "\\\\") + "'";
                default -> dollars(content);
            };
        }

        private String dollars(String content) {
            String tag = "$";
            while ((content + "$").contains("$" + tag.substring(1) + "$")) {
                tag += random.nextBoolean() ? "x" : "é";
            }
            return tag + "$" + content + tag + "$";
        }
    }
}
