package dev.migrator.script;

import dev.migrator.directive.BatchDirective;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.Migration;
import dev.migrator.migration.SqlMigration;
import dev.migrator.migration.SqlText;
import dev.migrator.plan.PlanStep;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.sql.Position;
import dev.migrator.sql.PsqlCommand;
import dev.migrator.sql.ScriptOutline;
import dev.migrator.sql.SqlFault;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads every pending file to its end before the first statement of the first one runs. */
public final class ScriptCheck {

    /** A file up to this size keeps its text between the check and its run, as long as all together stay in bounds. */
    private static final int KEPT_FILE = 64 * 1024;

    private static final long KEPT_IN_ALL = 32L * 1024 * 1024;

    private final Problems problems;
    private final Map<Migration, PreparedStep> known = new IdentityHashMap<>();
    private long kept;

    public ScriptCheck(Problems problems) {
        this.problems = problems;
    }

    /**
     * All steps of the plan; what is wrong with them goes into the problems. For a second plan, made of the same scan,
     * nothing is read again.
     */
    public List<PreparedStep> prepare(List<PlanStep.Run> steps) {
        List<PreparedStep> prepared = new ArrayList<>(steps.size());
        for (PlanStep.Run step : steps) {
            PreparedStep before = known.get(step.migration());
            if (before != null) {
                prepared.add(before.with(step));
                continue;
            }
            try {
                PreparedStep now = prepare(step);
                known.put(step.migration(), now);
                prepared.add(now);
            } catch (MigratorException e) {
                problems.addAll(e.problems());
            }
        }
        return prepared;
    }

    private PreparedStep prepare(PlanStep.Run step) {
        if (step.migration() instanceof CodeMigration code) {
            return new PreparedCode(step, code);
        }
        SqlMigration file = (SqlMigration) step.migration();
        BatchDirective batch = file.directives().batch();
        return batch == null || step.takesBack() ? prepare(step, file) : batch(step, file, batch);
    }

    private PreparedBatch batch(PlanStep.Run step, SqlMigration migration, BatchDirective directive) {
        BatchText text = new BatchText(migration.up(), problems);
        String file = migration.up().location();
        ScriptOutline outline = read(migration.up(), text::openNeutral);
        checkText(file, outline);
        return new PreparedBatch(step, migration, directive, text.statements(migration.directives()));
    }

    private PreparedScript prepare(PlanStep.Run step, SqlMigration migration) {
        SqlText file = PreparedScript.sourceOf(step, migration);
        if (file.size() > KEPT_FILE || kept + file.size() > KEPT_IN_ALL) {
            return prepare(step, migration, read(file, file::open), null);
        }
        kept += file.size();
        String text = file.text();
        return prepare(step, migration, read(file, () -> new StringReader(text)), text);
    }

    private interface Opening {
        Reader open() throws IOException;
    }

    private static ScriptOutline read(SqlText text, Opening opening) {
        try (Reader in = opening.open()) {
            return ScriptOutline.of(in);
        } catch (IOException e) {
            throw new MigratorException(
                    Problem.error(
                            ProblemCode.UNREADABLE_FILE,
                            text.location(),
                            "It can't be read: " + SafeText.line(String.valueOf(e.getMessage())),
                            "Make it readable for the process."),
                    e);
        }
    }

    private PreparedScript prepare(
            PlanStep.Run step, SqlMigration migration, ScriptOutline outline, @Nullable String text) {
        String file = PreparedScript.sourceOf(step, migration).location();
        checkText(file, outline);
        if (outline.statementCount() == 0 && outline.faults().isEmpty()) {
            problems.add(Problem.warning(
                    ProblemCode.EMPTY_MIGRATION,
                    file,
                    step.takesBack()
                            ? "It has no statement; the migration counts as taken back without anything done."
                            : "It has no statement; it counts as applied without doing anything.",
                    "Check that its text was saved."));
        }
        // what was begun statement by statement goes on so, also if the file was changed to fit into one transaction
        boolean transactional = step.takesBack()
                || step.statementsDone() == 0
                        && !migration.directives().noTransaction()
                        && outline.notable().stream().allMatch(s -> s.kind().runsInTransaction());
        PreparedScript script = new PreparedScript(step, migration, outline, text, transactional);
        if (step.takesBack()) {
            refuseOutsideTransaction(file, script);
        }
        if (transactional) {
            checkTransactional(file, script);
        } else {
            new TransactionGroups(file, problems)
                    .check(outline, migration.directives().noTransaction());
        }
        return script;
    }

    private void checkTransactional(String file, PreparedScript script) {
        if (script.leavesOutTransaction()) {
            problems.add(Problem.info(
                    ProblemCode.TRANSACTION_LEFT_OUT,
                    file,
                    "Its own BEGIN and COMMIT are left out: the file runs in our transaction, together with its record.",
                    ""));
            return;
        }
        for (SqlStatement statement : script.outline().notable()) {
            if (statement.kind().controlsTransaction()) {
                problems.add(Problem.error(
                        ProblemCode.TRANSACTION_CONTROL,
                        at(file, statement.position()),
                        head(statement) + " would end the transaction in which the file and its record are one.",
                        script.takesBack()
                                ? "Remove it."
                                : "Remove it, or mark the file with: -- migrator: no-transaction"));
            }
        }
    }

    /**
     * A way back that stops half way would leave a migration that is neither applied nor pending; so it is one
     * transaction, always.
     */
    private void refuseOutsideTransaction(String file, PreparedScript script) {
        for (SqlStatement statement : script.outline().notable()) {
            if (!statement.kind().runsInTransaction()) {
                problems.add(Problem.error(
                        ProblemCode.NOT_TRANSACTIONAL,
                        at(file, statement.position()),
                        head(statement) + " can't run in a transaction; a down script is one transaction, together with"
                                + " the change of the history.",
                        "Write it without CONCURRENTLY where that is all; else go forward with a new migration."));
            }
        }
        if (script.directives().noTransaction()) {
            problems.add(Problem.error(
                    ProblemCode.NOT_TRANSACTIONAL,
                    file,
                    "It is marked no-transaction; a down script is one transaction, together with the change of the"
                            + " history.",
                    "Remove the directive; or go forward with a new migration."));
        }
    }

    /** What holds for every text that is sent, also where it is no migration. */
    public static void checkText(String file, SqlScript script, Problems problems) {
        new ScriptCheck(problems).checkText(file, ScriptOutline.of(script));
    }

    private void checkText(String file, ScriptOutline outline) {
        outline.faults().forEach(fault -> problems.add(fault(file, fault)));
        outline.psqlCommands().forEach(command -> problems.add(psqlCommand(file, command)));
        refuseUnsafe(file, outline);
    }

    private void refuseUnsafe(String file, ScriptOutline outline) {
        for (SqlStatement statement : outline.notable()) {
            if (statement.kind() == StatementKind.SET_CLIENT_UNREADABLE) {
                problems.add(Problem.error(
                        ProblemCode.UNSAFE_STATEMENT,
                        at(file, statement.position()),
                        head(statement) + " makes the driver close the connection: it reads client_encoding UTF8 and"
                                + " datestyle ISO only.",
                        "Remove it: files are UTF-8; SET datestyle = 'ISO, DMY' reads day and month in that order."));
            } else if (statement.kind() == StatementKind.DISCARD_ALL) {
                problems.add(Problem.error(
                        ProblemCode.UNSAFE_STATEMENT,
                        at(file, statement.position()),
                        "DISCARD ALL gives away the lock that keeps other nodes from running the same migrations.",
                        "Remove it: the session is cleaned after each migration anyway."));
            }
        }
    }

    private static Problem psqlCommand(String file, PsqlCommand command) {
        String subject = at(file, command.start());
        if (command.harmless()) {
            return Problem.info(
                    ProblemCode.PSQL_COMMAND_SKIPPED,
                    subject,
                    command.name() + " of pg_dump is left out: it means something to psql only.",
                    "");
        }
        return Problem.error(
                ProblemCode.PSQL_COMMAND,
                subject,
                SafeText.line(command.name()) + " is a command of psql, which the server does not know.",
                "Write it in SQL, or put the text that it would bring into the file.");
    }

    private static Problem fault(String file, SqlFault fault) {
        String where = at(file, fault.position());
        String detail = SafeText.line(fault.detail());
        return switch (fault.kind()) {
            case UNCLOSED_STRING -> unclosed(where, "A string", detail, "quote '");
            case UNCLOSED_IDENTIFIER -> unclosed(where, "A quoted name", detail, "double quote \"");
            case UNCLOSED_DOLLAR_QUOTE -> unclosed(where, "A dollar-quoted text", detail, "same dollar tag");
            case UNCLOSED_COMMENT -> unclosed(where, "A comment", detail, "*/ (comments nest)");
            case UNCLOSED_PARENTHESIS -> unclosed(where, "A parenthesis", detail, "closing parenthesis");
            case UNCLOSED_BODY -> unclosed(where, "A BEGIN ATOMIC body", detail, "END");
            case CONFLICT_MARKER ->
                Problem.error(
                        ProblemCode.CONFLICT_MARKER,
                        where,
                        "A marker of an unresolved merge: " + detail,
                        "Resolve the conflict and remove the markers.");
            case NUL_CHARACTER ->
                Problem.error(
                        ProblemCode.NUL_CHARACTER,
                        where,
                        "A NUL character (U+0000); PostgreSQL has no place for it.",
                        "Remove it; the file may have been saved in another encoding.");
            case PSQL_VARIABLE ->
                Problem.error(
                        ProblemCode.PSQL_COMMAND,
                        where,
                        detail + " is a variable of psql, which nobody replaces here.",
                        "Write the value itself.");
            case TEXT_AFTER_COPY ->
                Problem.error(
                        ProblemCode.PSQL_COMMAND,
                        where,
                        "Text follows COPY … FROM STDIN on its line: " + detail,
                        "Begin the rows on the next line.");
        };
    }

    private static Problem unclosed(String where, String what, String detail, String end) {
        return Problem.error(
                ProblemCode.UNCLOSED_TOKEN,
                where,
                what + " begins here and never ends: " + detail,
                "Close it with its " + end + ".");
    }

    public static String at(String file, Position position) {
        return file + ":" + position.line() + ":" + position.column();
    }

    public static String head(SqlStatement statement) {
        String text = statement.text();
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return SafeText.line(line.length() > 60 ? line.substring(0, 60) + "…" : line);
    }
}
