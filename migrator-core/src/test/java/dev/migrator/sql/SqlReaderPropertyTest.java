package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SqlReaderPropertyTest {

    @Property(tries = 3000)
    void sourcesJoinedAreTheText(@ForAll("scripts") String text) {
        SqlScript script = SqlScript.parse(text);

        assertThat(SqlSplittingTest.joined(script)).isEqualTo(text);
    }

    @Property(tries = 3000)
    void everyPlaceIsTheOneThatCountingFromTheStartGives(@ForAll("scripts") String text) {
        String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (SqlPiece piece : SqlScript.parse(text).pieces()) {
            if (piece.source().equals("\uFEFF")) {
                continue;
            }
            assertThat(piece.start()).isEqualTo(counted(unmarked, piece.start().offset()));
            assertThat(unmarked.startsWith(piece.source(), (int) piece.start().offset()))
                    .isTrue();
            if (piece instanceof SqlStatement statement) {
                assertThat(statement.position())
                        .isEqualTo(counted(unmarked, statement.position().offset()));
                assertThat(unmarked.startsWith(
                                statement.text(), (int) statement.position().offset()))
                        .isTrue();
            } else if (piece instanceof SqlFault fault) {
                assertThat(fault.position())
                        .isEqualTo(counted(unmarked, fault.position().offset()));
            }
        }
    }

    @Property(tries = 2000)
    void piecesDoNotDependOnHowTheReaderDeliversThem(@ForAll("scripts") String text, @ForAll long seed)
            throws IOException {
        assertThat(pieces(new Dripping(text, new Random(seed))))
                .isEqualTo(SqlScript.parse(text).pieces());
    }

    @Property(tries = 2000)
    void validStatementsComeOutAsTheyWentIn(
            @ForAll("statementLists") List<String> statements, @ForAll("triviaLists") List<String> trivia) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < statements.size(); i++) {
            String before = trivia.get(i % trivia.size());
            String after = trivia.get((i + 1) % trivia.size());
            text.append(before).append(statements.get(i)).append(after).append(';');
        }
        text.append(trivia.get(0));

        SqlScript script = SqlScript.parse(text.toString());

        assertThat(script.statements()).extracting(SqlStatement::text).containsExactlyElementsOf(statements);
        assertThat(script.pieces()).noneMatch(SqlFault.class::isInstance);
        assertThat(ScriptOutline.of(script).statementCount()).isEqualTo(statements.size());
    }

    @Property(tries = 1000)
    void statementsReadOneByOneAreThoseOfTheWhole(@ForAll("scripts") String text) {
        SqlScript script = SqlScript.parse(text);
        if (script.pieces().stream().anyMatch(piece -> piece instanceof PsqlCommand || piece instanceof SqlFault)) {
            return;
        }
        for (SqlStatement statement : script.statements()) {
            boolean cutShort = !statement.source().endsWith(";");
            boolean likeAMerge =
                    statement.text().contains("=======") || statement.text().contains("<<<<<<<");
            if (cutShort || likeAMerge || statement.text().startsWith("\uFEFF")) {
                continue;
            }
            List<SqlStatement> again = SqlScript.parse(statement.text()).statements();

            assertThat(again).hasSize(1);
            assertThat(again.get(0).text()).isEqualTo(statement.text());
            assertThat(again.get(0).kind()).isEqualTo(statement.kind());
        }
    }

    @Provide
    Arbitrary<String> scripts() {
        Arbitrary<String> fragments = Arbitraries.of(
                "'",
                "''",
                "E'",
                "e'\\'",
                "\\'",
                "U&'",
                "U&\"",
                "\"",
                "$$",
                "$a$",
                "$1",
                "a$b$",
                "$",
                "--",
                "-",
                "/*",
                "*/",
                "*",
                "/",
                "\n",
                "\r\n",
                "\r",
                " ",
                "\t",
                ";",
                ";\n",
                "(",
                ")",
                "[",
                "]",
                ":x",
                ":'x'",
                "::",
                ":=",
                ":",
                "\\",
                "\\i x\n",
                "\\.\n",
                "\\.",
                "<<<<<<< a\n",
                "=======",
                "a",
                "é",
                "😀",
                "\0",
                "1",
                ".",
                ",",
                "=",
                "select ",
                "begin ",
                "atomic ",
                "end",
                "case ",
                "create function f() begin atomic select 1; end",
                "create ",
                "or replace ",
                "procedure ",
                "copy t from stdin",
                "copy t from stdin;\n1\t2\n\\.\n",
                "vacuum",
                "json_object(",
                "\uFEFF",
                "N'a'",
                "B'1'");
        return fragments.list().ofMaxSize(30).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<List<String>> statementLists() {
        return Arbitraries.of(
                        "select 1",
                        "select ';', \"a;\"\"\", 'it''s'",
                        "select E'\\';' || U&'\\'",
                        "select $$ ; ' $$, $a$ $$; $a$",
                        "begin",
                        "commit",
                        "create function f() returns int begin atomic select case when a then 1 end; select 2; end",
                        "select a[1:2]::text -- x\n + 1",
                        "create rule r as on insert to t do (select 1; select 2)",
                        "select a /* ; /* ' */ */ - 1",
                        "vacuum (analyze) t",
                        "select a$b$ from t",
                        "insert into t values ('😀;', \"é;\")",
                        "do $do$ begin perform ';'; end $do$",
                        "select 1 as begin, 2 as atomic",
                        "select 'a\\'")
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<String>> triviaLists() {
        return Arbitraries.of(
                        "",
                        " ",
                        "\n",
                        "\r\n\t",
                        " -- ; ' $$ \"\n",
                        "/* ; ' */",
                        "/* /* */ ; */\n",
                        " -- \\i x\r\n",
                        "\f")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    static List<SqlPiece> pieces(Reader in) throws IOException {
        List<SqlPiece> pieces = new ArrayList<>();
        SqlReader reader = new SqlReader(in);
        for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
            pieces.add(piece);
        }
        assertThat(reader.next()).isNull();
        return pieces;
    }

    private static Position counted(String text, long offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset; i++) {
            boolean ends = text.charAt(i) == '\n' || text.charAt(i) == '\r' && !text.startsWith("\n", i + 1);
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        return new Position(offset, line, column);
    }

    /** Delivers 1 to 7 characters at a time. */
    private static final class Dripping extends Reader {

        private final String text;
        private final Random random;
        private int next;

        Dripping(String text, Random random) {
            this.text = text;
            this.random = random;
        }

        @Override
        public int read(char[] target, int from, int length) {
            int count = Math.min(Math.min(length, 1 + random.nextInt(7)), text.length() - next);
            text.getChars(next, next + count, target, from);
            next += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public void close() {}
    }
}
