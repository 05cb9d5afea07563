package dev.migrator.script;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.sql.ScriptOutline;
import dev.migrator.sql.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Checks the BEGIN … COMMIT groups of a file that goes statement by statement: each group is one unit. */
final class TransactionGroups {

    private final String file;
    private final Problems problems;

    TransactionGroups(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    void check(ScriptOutline outline, boolean marked) {
        SqlStatement open = null;
        for (SqlStatement statement : outline.notable()) {
            if (statement.kind().controlsTransaction() && !marked) {
                refuse(statement, "stands in a file that holds statements which can't run in a transaction.");
            } else {
                open = follow(open, statement);
            }
        }
        if (open != null) {
            refuse(open, "has no COMMIT after it.");
        }
        compareWithDirective(outline, marked);
    }

    /** Either is run as it must be; but who reads the file should find in it what happens to it. */
    private void compareWithDirective(ScriptOutline outline, boolean marked) {
        SqlStatement alone = outline.notable().stream()
                .filter(statement -> !statement.kind().runsInTransaction())
                .findFirst()
                .orElse(null);
        if (marked && outline.notable().isEmpty() && outline.statementCount() > 0) {
            problems.add(Problem.info(
                    ProblemCode.NOT_TRANSACTIONAL,
                    file,
                    "It is marked no-transaction, but nothing in its text needs that: when a statement fails, those"
                            + " before it stay done.",
                    "Remove the directive; keep it for a procedure that commits, REINDEX of a table with partitions, or"
                            + " where the steps before a failure are meant to stay."));
        } else if (!marked && alone != null && outline.statementCount() > 1) {
            problems.add(Problem.info(
                    ProblemCode.NOT_TRANSACTIONAL,
                    ScriptCheck.at(file, alone.position()),
                    ScriptCheck.head(alone)
                            + " can't run in a transaction, so the file goes statement by statement: when one fails, those"
                            + " before it stay done.",
                    "Say so at its head with -- migrator: no-transaction, or give that statement a file of its own."));
        }
    }

    private @Nullable SqlStatement follow(@Nullable SqlStatement open, SqlStatement statement) {
        switch (statement.kind()) {
            case BEGIN -> {
                if (open != null) {
                    refuse(statement, "stands within another BEGIN.");
                }
                return statement;
            }
            case COMMIT -> {
                if (open == null) {
                    refuse(statement, "has no BEGIN before it.");
                }
                return null;
            }
            case ROLLBACK, PREPARE_TRANSACTION ->
                refuse(statement, "would undo or detach what the journal counts as done.");
            case COPY_FROM_STDIN -> refuseCopyInGroup(open, statement);
            default -> {
                if (open != null && !statement.kind().runsInTransaction()) {
                    refuse(statement, "can't run within BEGIN and COMMIT.");
                }
            }
        }
        return open;
    }

    private void refuseCopyInGroup(@Nullable SqlStatement open, SqlStatement statement) {
        if (open != null) {
            refuse(statement, "with its rows can't stand within BEGIN and COMMIT here; it is a unit of its own.");
        }
    }

    private void refuse(SqlStatement statement, String why) {
        problems.add(
                Problem.error(
                        ProblemCode.TRANSACTION_CONTROL,
                        ScriptCheck.at(file, statement.position()),
                        ScriptCheck.head(statement) + " " + why,
                        "In a file marked no-transaction each BEGIN … COMMIT is one unit; other transaction control is not possible."));
    }
}
