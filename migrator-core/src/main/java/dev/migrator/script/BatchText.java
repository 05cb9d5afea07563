package dev.migrator.script;

import dev.migrator.directive.Directives;
import dev.migrator.migration.SqlText;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.sql.RangeText;
import dev.migrator.sql.SqlPiece;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/** Reads a file that walks over a table, and refuses what can't be done batch by batch. */
final class BatchText {

    private final String file;
    private final String text;
    private final String neutral;
    private final Problems problems;

    BatchText(SqlText source, Problems problems) {
        this.file = source.location();
        this.problems = problems;
        if (source.isLarge()) {
            throw new MigratorException(
                    refused(file, "It is too large for a batch.", "A batch repeats its statements; it has no data."));
        }
        this.text = source.text();
        this.neutral = RangeText.of(text).neutral();
    }

    /** The text as any reader of SQL understands it. */
    Reader openNeutral() {
        return new StringReader(neutral);
    }

    List<PreparedBatch.Statement> statements(Directives directives) {
        List<PreparedBatch.Statement> statements = new ArrayList<>();
        int offset = 0;
        for (SqlPiece piece : SqlScript.parse(neutral).pieces()) {
            if (piece instanceof SqlStatement statement) {
                refuseUnfit(statement);
                int start = offset + piece.source().lastIndexOf(statement.text());
                RangeText range = RangeText.of(
                        text.substring(start, start + statement.text().length()));
                refuseOpenEnds(range, statement);
                statements.add(new PreparedBatch.Statement(range, statement.position()));
            }
            offset += piece.source().length();
        }
        if (statements.stream().noneMatch(statement -> statement.text().hasBothEnds())) {
            problems.add(refused(
                    file,
                    "None of its statements has both :from and :to, so each batch would do the whole table.",
                    "Add a condition such as: AND id BETWEEN :from AND :to"));
        }
        if (directives.noTransaction()) {
            problems.add(refused(
                    file,
                    "A batch is always a transaction, and no-transaction asks for none.",
                    "Remove one of the two."));
        }
        return statements;
    }

    private void refuseUnfit(SqlStatement statement) {
        StatementKind kind = statement.kind();
        if (!kind.runsInTransaction() || kind.controlsTransaction() || kind == StatementKind.COPY_FROM_STDIN) {
            problems.add(refused(
                    ScriptCheck.at(file, statement.position()),
                    ScriptCheck.head(statement) + " can't be part of a batch, which is a transaction that is repeated.",
                    "Put it into a file of its own."));
        }
    }

    /** As who pages through a table by hand would write it. */
    private void refuseOpenEnds(RangeText range, SqlStatement statement) {
        if (range.leavesOutAnEnd()) {
            problems.add(refused(
                    ScriptCheck.at(file, statement.position()),
                    ":from and :to are the first and the last key of a batch, and with < or > a row of each batch would"
                            + " be left out.",
                    "Write >= :from and <= :to, or: BETWEEN :from AND :to"));
        }
    }

    private static Problem refused(String subject, String description, String action) {
        return Problem.error(ProblemCode.BATCH_SOURCE, subject, description, action);
    }
}
