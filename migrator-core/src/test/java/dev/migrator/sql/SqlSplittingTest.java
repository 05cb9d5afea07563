package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSplittingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select ';'",
                "select 'it''s; fine'",
                "select 'back\\'",
                "select E'\\';'",
                "select e'\\';'",
                "select e'\\\\', ';'",
                "select E'''\\';'",
                "select E'a'\n 'b\\';'",
                "select E'a' -- x\n 'b\\';'",
                "select U&'d\\0061t\\', ';'",
                "select U&\"d;\\\"",
                "select u&\"a\"\";\" from t",
                "select B'01', X'FF', N'a;', b'0''\\'",
                "select \"a;b\", \"c\"\";\"",
                "select $$;$$",
                "select $tag$ $$ ; $other$ ; $tag$",
                "select $a$ ; $b$ ; $a$",
                "select $a$$$;$a$",
                "select $$ $a$ ;$a$$",
                "select $ä$;$ä$",
                "select $_1$;$_1$",
                "select 1 -- ; '\n + 2",
                "select 1 /* ; ' */ + 2",
                "select 1 /* a /* ; */ ; */ + 2",
                "select 1 /*/ ; */ + 2",
                "select 1 /***/ + 2 /**;**/ + 3",
                "select 1 +/* ; */ 2",
                "select 1 */* ; */ 2",
                "select 1 @-- ;\n 2",
                "select a -> 'x;' #>> '{a}' @- 1 ? 'b' from t",
                "select (1; 2)",
                "create rule r as on insert to t do also (insert into a values (1); delete from b)",
                "create function f() returns int language sql begin atomic select 1; select 2; end",
                "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC; END",
                "create function f() begin atomic select case when a then 1 else 2 end; select 3; end",
                "create function f() begin atomic select case a when 1 then case when b then 2 end end; end",
                "create function f() begin atomic select 1 as end; select t.end from t; select 1 end; end",
                "create function f() begin atomic select \"end\"; select 'end;'; end",
                "create function f() returns void begin atomic end",
                "create function f() begin /* a */ atomic select 1; -- c\n end",
                "create function \"begin\"() returns int as 'select 1;' language sql",
                "create function begin() returns int as 'select 1;' language sql",
                "do $$ begin perform 1; end $$",
                "prepare p as select $1, $2",
                "select ärger, naïve$, \u00a0x from \"größe\"",
                "select '😀;' as \"😀;\"",
            })
    void semicolonsWithinDoNotSplit(String statement) {
        assertThat(texts(statement + ";select 2;")).containsExactly(statement, "select 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'a\\'",
                "select U&'a\\'",
                "select 'a' 'b'",
                "select E'\\\\'",
                "select E'a' 'b\\'",
                "select nope'\\'",
                "select 1E",
                "select a$b$c",
                "select a$$",
                "select 1, $1, $2",
                "select $1$$a$$",
                "select 1 - - 1",
                "select /* /* */ */ 1",
                "select 2 */ 3",
                "select begin, atomic from t",
                "begin",
                "create table begin (atomic int)",
                "create view v as select 1 as begin, 2 as atomic",
                "create table t as select 1 begin",
                "create function f() returns int as 'begin atomic' language sql",
                "create function f(begin int, atomic int) returns int return 1",
                "create function f() returns \"begin\" language \"atomic\"",
                "create function f(begin atomic) returns int return 1",
                "create function f() returns atomic language c",
                "select case when true then 1 end",
                "create trigger x begin atomic",
                "select arr[1:2]",
                "select 1)",
                "select 5 / 2",
            })
    void semicolonsBehindSplit(String statement) {
        assertThat(texts(statement + ";select 2;")).containsExactly(statement, "select 2");
    }

    @Test
    void lettersBeforeADollarMakeItPartOfAName() {
        assertThat(texts("select a$b$;select c$b$;")).containsExactly("select a$b$", "select c$b$");
        assertThat(texts("select ü$b$;select c$b$;")).containsExactly("select ü$b$", "select c$b$");
        assertThat(texts("select 1$b$;select c$b$;")).containsExactly("select 1$b$;select c$b$");
    }

    @Test
    void onlyWordsThatAreExactlyEMakeAStringWithEscapes() {
        assertThat(texts("select E'\\';';")).containsExactly("select E'\\';'");
        assertThat(texts("select fe'\\';")).containsExactly("select fe'\\'");
        assertThat(texts("select \"E\"'\\';")).containsExactly("select \"E\"'\\'");
    }

    @Test
    void textHasNeitherSurroundingCommentsNorItsSemicolon() {
        SqlStatement statement = SqlScript.parse("-- head\n/* x */ select /* in */ 1 -- tail\n ;")
                .statements()
                .get(0);

        assertThat(statement.text()).isEqualTo("select /* in */ 1");
        assertThat(statement.source()).isEqualTo("-- head\n/* x */ select /* in */ 1 -- tail\n ;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \t\r\n",
                "-- only a comment",
                "/* a; /* b; */ */",
                ";",
                " ; ;; -- x\n ;",
                "\uFEFF",
                "\uFEFF;"
            })
    void nothingToRunIsTrivia(String text) {
        SqlScript script = SqlScript.parse(text);

        assertThat(script.pieces()).allMatch(SqlTrivia.class::isInstance);
        assertThat(joined(script)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "select 1\n",
                "select 1 -- end",
                "select 1;-- end",
                "\uFEFFselect 1",
                "\r\nselect 1\r\n;\r\n"
            })
    void theLastStatementNeedsNoSemicolon(String text) {
        assertThat(texts(text)).containsExactly("select 1");
    }

    @Test
    void commentsOfAnyLengthBeforeAStatementAreHandedOutInParts() {
        String text = "-- a line of a very long comment\n".repeat(10_000) + "select 1;";
        SqlScript script = SqlScript.parse(text);

        assertThat(script.pieces())
                .hasSizeGreaterThan(4)
                .allMatch(piece -> piece.source().length() < 70_000);
        assertThat(script.statements())
                .singleElement()
                .satisfies(statement -> assertThat(statement.position()).isEqualTo(new Position(330_000, 10_001, 1)));
        assertThat(joined(script)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\i other.sql",
                "\\connect db user",
                "\\set x 1",
                "\\.",
                "\\restrict abc",
                "\\unrestrict abc",
                "\\\\ select 1",
                "\\! ls",
                "\\"
            })
    void aBackslashAtAnyPlaceIsACommandUpToItsLineEnd(String command) {
        SqlScript script = SqlScript.parse("select 1;\n " + command + "\r\nselect '\\i', \"\\i\", $$\\i$$ -- \\i\n;");

        assertThat(script.pieces()).hasSize(4);
        PsqlCommand found = (PsqlCommand) script.pieces().get(2);
        assertThat(found.source()).isEqualTo(command);
        assertThat(found.name()).isEqualTo(command.split(" ")[0]);
        assertThat(found.harmless()).isEqualTo(command.contains("restrict"));
        assertThat(found.start()).isEqualTo(new Position(11, 2, 2));
        assertThat(texts(script)).containsExactly("select 1", "select '\\i', \"\\i\", $$\\i$$");
    }

    @Test
    void aCommandWithinAStatementEndsIt() {
        SqlScript script = SqlScript.parse("select 1 \\gset\\\\x\nselect 2;");

        assertThat(texts(script)).containsExactly("select 1", "select 2");
        assertThat(((PsqlCommand) script.pieces().get(1)).name()).isEqualTo("\\gset");
    }

    private static List<String> texts(String text) {
        SqlScript script = SqlScript.parse(text);
        assertThat(joined(script)).isEqualTo(text);
        return texts(script);
    }

    private static List<String> texts(SqlScript script) {
        assertThat(script.pieces()).noneMatch(SqlFault.class::isInstance);
        List<String> texts = new ArrayList<>();
        script.statements().forEach(statement -> texts.add(statement.text()));
        return texts;
    }

    static String joined(SqlScript script) {
        StringBuilder text = new StringBuilder();
        script.pieces().forEach(piece -> text.append(piece.source()));
        return text.toString();
    }
}
