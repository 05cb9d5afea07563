package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyDataTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void rowsStartOnTheNextLineAndEndAtTheMark(String end) {
        String text = "copy t from stdin; -- rows" + end + "1\t'a;" + end + "\\N\t$$" + end + "\\." + end + "select 1;";
        SqlScript script = SqlScript.parse(text);

        assertThat(SqlSplittingTest.joined(script)).isEqualTo(text);
        assertThat(script.pieces()).noneMatch(SqlFault.class::isInstance);
        CopyData data = onlyData(script);
        assertThat(data.rows()).isEqualTo("1\t'a;" + end + "\\N\t$$" + end);
        assertThat(data.source()).isEqualTo(data.rows() + "\\." + end);
        assertThat(data.last()).isTrue();
        assertThat(data.start().line()).isEqualTo(2);
        assertThat(script.statements()).extracting(SqlStatement::text).containsExactly("copy t from stdin", "select 1");
        assertThat(script.statements().get(1).position().line()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\.x\n", " \\.\n", "\\\\.\n", "a\\.\n", "\\. \n", "\n", "select 1;\n"})
    void onlyALineOfNothingButTheMarkEndsThem(String row) {
        SqlScript script = SqlScript.parse("copy t from stdin;\n" + row + "\\.\nselect 1;");

        assertThat(onlyData(script).rows()).isEqualTo(row);
        assertThat(script.statements()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy t from stdin",
                "copy t from stdin;",
                "copy t from stdin;\n",
                "copy t from stdin;\n\\.",
                "copy t from stdin; -- x"
            })
    void thereAreAlwaysDataEvenIfNoRows(String text) {
        SqlScript script = SqlScript.parse(text);

        assertThat(SqlSplittingTest.joined(script)).isEqualTo(text);
        assertThat(onlyData(script).rows()).isEmpty();
        assertThat(onlyData(script).last()).isTrue();
    }

    @Test
    void theEndOfTheTextEndsThemToo() {
        CopyData data = onlyData(SqlScript.parse("copy t from stdin;\n1\n2"));

        assertThat(data.rows()).isEqualTo("1\n2");
        assertThat(data.last()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy t to stdout",
                "copy t from 'stdin'",
                "select 'copy t from stdin'",
                "copy t from program 'x stdin'"
            })
    void noOtherStatementHasThem(String statement) {
        SqlScript script = SqlScript.parse(statement + ";\nselect 1;\n");

        assertThat(script.pieces()).noneMatch(CopyData.class::isInstance);
        assertThat(script.statements()).hasSize(2);
    }

    @Test
    void manyRowsComeInPartsOfWholeLines() {
        String rows = "1\tsome text of a row\n".repeat(20_000);
        List<CopyData> data = data(SqlScript.parse("copy t from stdin;\n" + rows + "\\.\nselect 1;"));

        assertThat(data).hasSize(rows.length() / 65_536 + 1);
        assertThat(data)
                .allMatch(part -> part.rows().endsWith("\n") && part.rows().length() <= 65_536);
        assertThat(data.subList(0, data.size() - 1)).noneMatch(CopyData::last);
        assertThat(data.get(data.size() - 1).last()).isTrue();
        StringBuilder joined = new StringBuilder();
        data.forEach(part -> joined.append(part.rows()));
        assertThat(joined.toString()).isEqualTo(rows);
    }

    @Test
    void aRowLongerThanAPartComesWhole() {
        String row = "x".repeat(200_000) + "\n";
        List<CopyData> data = data(SqlScript.parse("copy t from stdin;\na\n" + row + "b\n\\.\n"));

        assertThat(data).extracting(CopyData::rows).containsExactly("a\n", row, "b\n");
    }

    private static CopyData onlyData(SqlScript script) {
        assertThat(data(script)).hasSize(1);
        return data(script).get(0);
    }

    private static List<CopyData> data(SqlScript script) {
        List<CopyData> data = new ArrayList<>();
        for (SqlPiece piece : script.pieces()) {
            if (piece instanceof CopyData part) {
                data.add(part);
            }
        }
        return data;
    }
}
