package dev.migrator.command.answer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns as wide as what is in them. The widths are counted without colours. */
public final class Table {

    private static final String GAP = "  ";

    private record Cell(String text, @Nullable Style style, boolean right) {}

    private final List<List<Cell>> rows = new ArrayList<>();

    private List<Cell> current = new ArrayList<>();

    public Table header(String... titles) {
        for (String title : titles) {
            cell(title, Style.ASIDE);
        }
        return row();
    }

    public Table cell(String text, @Nullable Style style) {
        current.add(new Cell(text, style, false));
        return this;
    }

    public Table cell(String text) {
        return cell(text, null);
    }

    public Table number(String text) {
        current.add(new Cell(text, null, true));
        return this;
    }

    public Table row() {
        rows.add(current);
        current = new ArrayList<>();
        return this;
    }

    public void print(Console console) {
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                append(line, row.get(i), i == row.size() - 1 ? 0 : width(i), console);
            }
            console.line(line.toString().stripTrailing());
        }
    }

    private static void append(StringBuilder line, Cell cell, int width, Console console) {
        String padding = " ".repeat(Math.max(0, width - length(cell.text())));
        String text = cell.style() == null ? cell.text() : console.styled(cell.style(), cell.text());
        line.append(line.isEmpty() ? "" : GAP)
                .append(cell.right() ? padding + text : text)
                .append(cell.right() ? "" : padding);
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> length(row.get(column).text()))
                .max()
                .orElse(0);
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
