package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code §} marks the place that must be named; it is taken out before. */
class SqlFaultTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {
                "UNCLOSED_STRING ~ select §'abc; select 2;",
                "UNCLOSED_STRING ~ select 'a', §'it''s; select 2;",
                "UNCLOSED_STRING ~ select §E'abc\\'; select 2;",
                "UNCLOSED_STRING ~ select U&§'abc''; select 2;",
                "UNCLOSED_IDENTIFIER ~ select §\"abc; select '2';",
                "UNCLOSED_IDENTIFIER ~ select §U&\"abc; select '2';",
                "UNCLOSED_DOLLAR_QUOTE ~ select §$$abc; select $a$;",
                "UNCLOSED_DOLLAR_QUOTE ~ select §$a$abc; select $b$ $A$ $$ $a;",
                "UNCLOSED_COMMENT ~ select 1; §/* abc /* x */ select 2;",
                "UNCLOSED_COMMENT ~ select 1 §/*/ ; select 2;",
                "UNCLOSED_PARENTHESIS ~ select §(1 + (2); select 3;",
                "UNCLOSED_BODY ~ create function f() returns int §begin atomic select 1; select case when a then b end;",
                "UNCLOSED_BODY ~ create function f() returns int §begin atomic select 1 end; select 2;",
                "PSQL_VARIABLE ~ select §:name;",
                "PSQL_VARIABLE ~ select * from t where a=§:'name';",
                "PSQL_VARIABLE ~ select * from §:\"name\";",
                "PSQL_VARIABLE ~ select §:{?name};",
                "PSQL_VARIABLE ~ select json_object('a':b), §:c;",
                "PSQL_VARIABLE ~ select a[1:b], §:c;",
            })
    void isNamedWithItsPlace(SqlFault.Kind kind, String marked) {
        String before = "select 0;\n";
        String text = before + marked.replace("§", "");
        int offset = before.length() + marked.indexOf('§');

        SqlFault fault = onlyFault(text);

        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.position()).isEqualTo(new Position(offset, 2, marked.indexOf('§') + 1));
        assertThat(text.substring(offset)).startsWith(fault.detail());
        assertThat(fault.detail()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'a'::text, b::int[], c :: text",
                "select f(a := 1, b:=2)",
                "select a[1:2], a[:n], a[m:n], a[b[1]:n]",
                "select json_object('a':b), json_object('a':'b', 'c':1), JSON_OBJECTAGG(k:v), json_object('a': (select f(x)):b)",
                "select ':name', \":name\", $$:name$$ -- :name",
                "select 1 /* :name */",
                "select a : b, :'', :'a b', :\"\"",
                "select ':' || :",
            })
    void colonsThatPsqlWouldNotReplaceAreNone(String text) {
        assertThat(faults(text)).isEmpty();
    }

    @Test
    void whatGitLeavesOfAMergeIsNamed() {
        String text = "select 1;\n<<<<<<< HEAD\nselect 2;\n=======\nselect 3;\n>>>>>>> other\nselect 4;";

        assertThat(faults(text)).extracting(SqlFault::kind).containsOnly(SqlFault.Kind.CONFLICT_MARKER);
        assertThat(faults(text)).extracting(fault -> fault.position().line()).containsExactly(2, 4, 6);
        assertThat(faults(text))
                .extracting(SqlFault::detail)
                .containsExactly("<<<<<<< HEAD", "=======", ">>>>>>> other");
        assertThat(faults("||||||| base\n")).hasSize(1);
        assertThat(faults("create table t (\r\n=======\r\n)")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select '\n=======\n'",
                "/*\n=======\n*/ select 1",
                "-- x\n-- =======\nselect 1",
                "select $$\n<<<<<<< HEAD\n$$",
                "select a\n======== b",
                "select a =======\n b",
                "select a\n<<<<<< b",
                "select a\n<<<<<<<= b",
            })
    void whatOnlyLooksLikeAMergeIsNone(String text) {
        assertThat(faults(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select §\0",
                "select '§\0'",
                "-- §\0\nselect 1",
                "§\0",
                "select $$§\0$$;",
                "\\i §\0",
                "copy t from stdin;\na§\0\n\\.\n"
            })
    void nulIsNamedWhereverItIs(String marked) {
        SqlFault fault = faults(marked.replace("§", "")).get(0);

        assertThat(fault.kind()).isEqualTo(SqlFault.Kind.NUL_CHARACTER);
        assertThat(fault.position().offset()).isEqualTo(marked.indexOf('§'));
    }

    @Test
    void textBehindTheSemicolonOfCopyIsNamed() {
        String text = "copy t from stdin; select 1;\na\n\\.\nselect 2;";
        SqlFault fault = onlyFault(text);

        assertThat(fault.kind()).isEqualTo(SqlFault.Kind.TEXT_AFTER_COPY);
        assertThat(fault.position()).isEqualTo(new Position(19, 1, 20));
        assertThat(fault.detail()).isEqualTo("select 1;");
    }

    @Test
    void theFirstOfSeveralInOneStatementCounts() {
        assertThat(onlyFault("select :a, 'x").kind()).isEqualTo(SqlFault.Kind.PSQL_VARIABLE);
        assertThat(onlyFault("select (:a").kind()).isEqualTo(SqlFault.Kind.PSQL_VARIABLE);
    }

    @Test
    void statementsAfterAFaultAreStillRead() {
        SqlScript script = SqlScript.parse("select :a; select 2;");

        assertThat(script.statements()).extracting(SqlStatement::text).containsExactly("select 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select a[1; select :b;", "select json_object(1 \\x\nselect :b;"})
    void bracketsOfAStatementEndWithIt(String text) {
        assertThat(onlyFault(text).detail()).isEqualTo(":b;");
    }

    private static SqlFault onlyFault(String text) {
        List<SqlFault> faults = faults(text);
        assertThat(faults).hasSize(1);
        return faults.get(0);
    }

    private static List<SqlFault> faults(String text) {
        SqlScript script = SqlScript.parse(text);
        assertThat(SqlSplittingTest.joined(script)).isEqualTo(text);
        return script.pieces().stream()
                .filter(SqlFault.class::isInstance)
                .map(SqlFault.class::cast)
                .toList();
    }
}
