package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyLineEndCountsOnce(String end) {
        String text = String.join(end, "-- one", "", "select", "\t1;\tselect 2; /* a", "*/ select", "'x", "y';");
        List<SqlStatement> statements = SqlScript.parse(text).statements();

        assertThat(statements)
                .extracting(SqlStatement::position)
                .containsExactly(
                        new Position(text.indexOf("select"), 3, 1),
                        new Position(text.indexOf("select 2"), 4, 5),
                        new Position(text.indexOf("select", text.indexOf("*/")), 5, 4));
        assertThat(statements)
                .extracting(SqlStatement::start)
                .containsExactly(
                        Position.START,
                        new Position(text.indexOf("\tselect 2"), 4, 4),
                        new Position(text.indexOf(" /* a"), 4, 14));
        SqlStatement last = statements.get(2);
        assertThat(last.positionAt(last.text().indexOf("'x"))).isEqualTo(new Position(text.indexOf("'x"), 6, 1));
        assertThat(last.positionAt(last.text().indexOf("y"))).isEqualTo(new Position(text.indexOf("y'"), 7, 1));
    }

    @Test
    void mixedLineEndsCountEach() {
        SqlStatement statement =
                SqlScript.parse("\r\n\n\r\r\n\n\r x").statements().get(0);

        assertThat(statement.position()).isEqualTo(new Position(9, 7, 2));
    }

    @Test
    void aByteOrderMarkHasNoPlace() {
        assertThat(SqlScript.parse("\uFEFFselect 1").statements().get(0).position())
                .isEqualTo(Position.START);
    }

    @Test
    void offsetsOutsideOfTheTextAreMovedToItsEnds() {
        SqlStatement statement = SqlScript.parse("select 1;").statements().get(0);

        assertThat(statement.positionAt(-1)).isEqualTo(Position.START);
        assertThat(statement.positionAt(99)).isEqualTo(new Position(8, 1, 9));
    }
}
