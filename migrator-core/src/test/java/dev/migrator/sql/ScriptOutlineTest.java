package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptOutlineTest {

    @Test
    void tellsWhatIsInAScript() throws IOException {
        String text = "select 1; vacuum; \\i x\n select :a; copy t from stdin;\na\n\\.\n\\restrict y\nselect 2; ;";
        ScriptOutline outline = ScriptOutline.of(new StringReader(text));

        assertThat(outline.statementCount()).isEqualTo(4);
        assertThat(outline.characters()).isEqualTo(text.length());
        assertThat(outline.notable())
                .extracting(SqlStatement::kind)
                .containsExactly(StatementKind.VACUUM, StatementKind.COPY_FROM_STDIN);
        assertThat(outline.numbered())
                .extracting(ScriptOutline.NumberedStatement::index)
                .containsExactly(1L, 2L);
        assertThat(outline.notable().get(0).position()).isEqualTo(new Position(10, 1, 11));
        assertThat(outline.faults()).extracting(SqlFault::kind).containsExactly(SqlFault.Kind.PSQL_VARIABLE);
        assertThat(outline.psqlCommands()).extracting(PsqlCommand::name).containsExactly("\\i", "\\restrict");
        assertThat(ScriptOutline.of(SqlScript.parse(text))).isEqualTo(outline);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin; select 1; commit;",
                "-- a\nBEGIN TRANSACTION; select 1; select 2; END;\n-- b\n;",
                "start transaction; commit",
                "begin; savepoint a; rollback to a; commit and no chain;",
                "begin; create function f() begin atomic select 1; end; commit;"
            })
    void onePairAroundEverythingIsAWrapping(String text) {
        assertThat(outline(text).isWrappedInOneTransaction()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "select 1",
                "begin",
                "commit",
                "begin; select 1",
                "select 1; commit",
                "select 0; begin; commit;",
                "begin; commit; select 1;",
                "begin; commit; begin; commit;",
                "begin; commit; commit;",
                "begin; begin; commit;",
                "begin; rollback;",
                "begin; prepare transaction 'x';",
                "begin; select 1; commit and chain;",
                "begin; select 1; commit work and chain;",
                "begin; rollback; commit;",
                "rollback; select 1; commit;",
                "commit; begin;"
            })
    void anythingElseIsNone(String text) {
        assertThat(outline(text).isWrappedInOneTransaction()).isFalse();
    }

    @Test
    void theModesOfTheOuterTransactionAreKept() {
        assertThat(outline("begin transaction isolation level serializable, read only; commit;")
                        .transactionModes())
                .contains("isolation level serializable, read only");
        assertThat(outline("start transaction /* x */ read only; commit;").transactionModes())
                .contains("read only");
        assertThat(outline("begin work; commit;").transactionModes()).isEmpty();
        assertThat(outline("begin read only;").transactionModes()).isEmpty();
    }

    @Test
    void staysSmall() {
        String index = "create index concurrently i on t (" + "a".repeat(10_000) + ");";
        ScriptOutline outline = outline(index + "select :a;".repeat(1000) + "\\i x\n".repeat(1000)
                + "\\restrict x\n".repeat(1000) + "select '" + "a".repeat(10_000));

        assertThat(outline.notable().get(0).text()).hasSize(512);
        assertThat(outline.notable().get(0).source()).hasSize(512);
        assertThat(outline.faults()).hasSize(100);
        assertThat(outline.psqlCommands()).hasSize(200);
        assertThat(outline("select '" + "a".repeat(10_000)).faults().get(0).source())
                .hasSize(512);
    }

    private static ScriptOutline outline(String text) {
        return ScriptOutline.of(SqlScript.parse(text));
    }
}
