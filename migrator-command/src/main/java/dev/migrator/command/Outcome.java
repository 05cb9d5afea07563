package dev.migrator.command;

import dev.migrator.DryRunReport;
import dev.migrator.RollbackReport;
import dev.migrator.StatusDocument;
import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Documents;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.problem.Problem;
import java.util.List;
import java.util.Objects;

/** Tells how a run ended, and makes its exit code. */
final class Outcome {

    private final Console console;
    private final boolean json;

    Outcome(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    int of(RunReport report) {
        if (json) {
            console.json(Documents.of(
                    "success",
                    report.isSuccess(),
                    "applied",
                    report.applied(),
                    "failed",
                    report.failed(),
                    "total",
                    report.total(),
                    "durationMs",
                    report.duration().toMillis(),
                    "runId",
                    report.runId(),
                    "results",
                    Documents.results(report.results()),
                    "later",
                    StatusDocument.later(report.phases()),
                    "problems",
                    StatusDocument.problems(report.problems())));
        } else {
            tell(report.problems(), report.results());
            report.phases().left().forEach(left -> console.line("Left    " + left.name() + ": " + left.remark()));
            if (report.results().isEmpty()) {
                console.line(report.phases().left().isEmpty() ? "Nothing is pending." : "Nothing else is pending.");
            }
            console.line(report.summary());
        }
        return report.isSuccess() ? ExitCode.DONE : ExitCode.of(failures(report.results()));
    }

    int of(RollbackReport report) {
        if (json) {
            console.json(Documents.of(
                    "success",
                    report.isSuccess(),
                    "rolledBack",
                    report.rolledBack(),
                    "failed",
                    report.failed(),
                    "durationMs",
                    report.duration().toMillis(),
                    "runId",
                    report.runId(),
                    "results",
                    Documents.results(report.results()),
                    "problems",
                    StatusDocument.problems(report.problems())));
        } else {
            tell(report.problems(), report.results());
            console.line(report.summary());
        }
        return report.isSuccess() ? ExitCode.DONE : ExitCode.of(failures(report.results()));
    }

    int ofPlan(DryRunReport report, String whenEmpty) {
        if (json) {
            console.json(StatusDocument.of(report));
        } else {
            console.problems(report.problems());
            report.lines().forEach(console::line);
            console.problems(report.failures());
            if (report.scripts().isEmpty()) {
                console.line(whenEmpty);
            }
        }
        List<Problem> errors =
                report.problems().stream().filter(Problem::isError).toList();
        return errors.isEmpty() ? ExitCode.DONE : ExitCode.of(errors);
    }

    private void tell(List<Problem> problems, List<StepResult> results) {
        console.problems(problems);
        console.problems(failures(results));
    }

    private static List<Problem> failures(List<StepResult> results) {
        return results.stream()
                .map(StepResult::problem)
                .filter(Objects::nonNull)
                .toList();
    }
}
