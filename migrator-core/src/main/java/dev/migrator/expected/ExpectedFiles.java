package dev.migrator.expected;

import dev.migrator.migration.SqlText;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.source.PlainFiles;
import dev.migrator.sql.PsqlCommand;
import dev.migrator.sql.SqlFault;
import dev.migrator.sql.SqlPiece;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts {@code NAME.sql} and {@code NAME.backfill.sql} together, and reads the text of the former. */
public final class ExpectedFiles {

    private final PlainFiles source;

    public ExpectedFiles(PlainFiles source) {
        this.source = source;
    }

    /** All of them, in the order of their names. What is wrong with any of them goes into the problems. */
    public List<ExpectedFile> read(Problems problems) {
        Map<String, PlainFiles.File> texts = new LinkedHashMap<>();
        Map<String, PlainFiles.File> backfills = new LinkedHashMap<>();
        for (PlainFiles.File file : source.read(problems)) {
            boolean backfill = file.path().endsWith(ExpectedFile.BACKFILL_ENDING);
            String ending = backfill ? ExpectedFile.BACKFILL_ENDING : ExpectedFile.ENDING;
            String name = file.path().substring(0, file.path().length() - ending.length());
            PlainFiles.File before = (backfill ? backfills : texts).putIfAbsent(name, file);
            if (before != null) {
                problems.add(Problem.error(
                        ProblemCode.DUPLICATE_FILE,
                        file.text().location(),
                        "Another location has a file of this name: "
                                + before.text().location() + ".",
                        "Rename one of them."));
            }
        }
        List<ExpectedFile> files = new ArrayList<>();
        texts.forEach((name, file) -> files.add(
                new ExpectedFile(name, file.text(), statements(file.text(), problems), backfills.remove(name))));
        backfills
                .values()
                .forEach(orphan -> problems.add(Problem.error(
                        ProblemCode.EXPECTED_SCHEMA,
                        orphan.text().location(),
                        "There is no expected file beside this backfill, so it would never run.",
                        "Name it after the file that it belongs to: NAME.backfill.sql beside NAME.sql.")));
        return files;
    }

    /** The statements of a text that is whole. */
    public static List<SqlStatement> statements(SqlText text, Problems problems) {
        List<SqlStatement> statements = new ArrayList<>();
        for (SqlPiece piece : SqlScript.parse(text.text()).pieces()) {
            if (piece instanceof SqlStatement statement) {
                statements.add(statement);
            } else if (piece instanceof SqlFault fault) {
                problems.add(unreadable(
                        text.location() + ":" + fault.position().line() + ":"
                                + fault.position().column(),
                        "It can't be read from here: " + SafeText.line(fault.detail())));
            } else if (piece instanceof PsqlCommand command && !command.harmless()) {
                problems.add(unreadable(
                        text.location() + ":" + command.start().line(),
                        SafeText.line(command.name()) + " is a command of psql, which the server does not know."));
            }
        }
        return statements;
    }

    private static Problem unreadable(String where, String description) {
        return Problem.error(ProblemCode.EXPECTED_SCHEMA, where, description, "Correct the file.");
    }
}
