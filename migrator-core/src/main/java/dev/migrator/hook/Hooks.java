package dev.migrator.hook;

import dev.migrator.migration.HookFile;
import dev.migrator.migration.HookFile.Moment;
import dev.migrator.migration.SqlText;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.script.ScriptCheck;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The hooks of a run, at most one of each kind. */
public record Hooks(List<HookScript> scripts) {

    public static final Hooks NONE = new Hooks(List.of());

    /** It goes along with every migration, so it is held in memory and sent again and again. */
    private static final int LARGEST = 64 * 1024;

    public Hooks {
        scripts = List.copyOf(scripts);
    }

    public boolean isEmpty() {
        return scripts.isEmpty();
    }

    public Optional<HookScript> at(Moment moment) {
        return scripts.stream().filter(script -> script.moment() == moment).findFirst();
    }

    /** Whether small migrations may still share a message, with what runs with each of them. */
    public boolean mayShareMessage() {
        return at(Moment.AFTER_EACH_MIGRATION).map(HookScript::mayShareMessage).orElse(true);
    }

    /** Reads all of them; what is wrong goes into the problems. One without a statement is none. */
    public static Hooks read(List<HookFile> files, Problems problems) {
        if (files.isEmpty()) {
            return NONE;
        }
        List<HookScript> scripts = new ArrayList<>();
        for (HookFile file : files) {
            try {
                HookScript script = read(file, problems);
                if (!script.statements().isEmpty()) {
                    scripts.add(script);
                }
            } catch (MigratorException e) {
                problems.addAll(e.problems());
            }
        }
        return new Hooks(scripts);
    }

    private static HookScript read(HookFile hook, Problems problems) {
        SqlText file = hook.text();
        if (file.size() > LARGEST) {
            throw new MigratorException(Problem.error(
                    ProblemCode.FILE_TOO_LARGE,
                    file.location(),
                    "A hook has at most " + LARGEST / 1024 + " KiB: it is sent along with migrations.",
                    "Put what it does into a function, or into a migration."));
        }
        SqlScript script = SqlScript.parse(file.text());
        ScriptCheck.checkText(file.location(), script, problems);
        for (SqlStatement statement : script.statements()) {
            refuseUnfit(file.location(), statement, problems);
        }
        return new HookScript(hook.moment(), file.location(), script.text(), script.statements());
    }

    private static void refuseUnfit(String file, SqlStatement statement, Problems problems) {
        String place = ScriptCheck.at(file, statement.position());
        String head = ScriptCheck.head(statement);
        if (statement.kind().controlsTransaction()) {
            problems.add(Problem.error(
                    ProblemCode.TRANSACTION_CONTROL,
                    place,
                    head + " would end the transaction in which the hook runs.",
                    "Remove it: a hook is one transaction, or part of its migration's."));
        } else if (!statement.kind().runsInTransaction()) {
            problems.add(Problem.error(
                    ProblemCode.NOT_TRANSACTIONAL,
                    place,
                    head + " can't run in a transaction, and a hook always does.",
                    "Put it into a migration."));
        } else if (statement.kind() == StatementKind.COPY_FROM_STDIN) {
            problems.add(Problem.error(
                    ProblemCode.UNSAFE_STATEMENT,
                    place,
                    head + " needs an exchange with the server, and a hook is sent in one piece.",
                    "Write INSERT, or put it into a migration."));
        }
    }
}
