package dev.migrator.command;

import dev.migrator.StatusDocument;
import dev.migrator.command.answer.Documents;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Severity;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "validate",
        header = "Checks files and history against each other, and lists every finding.",
        description = {
            "Names, checksums, order, missing files, and the texts of what is pending. Changes nothing.",
            "",
            "Exits with 1 when there is anything but remarks, whatever the settings make of it in a run."
        })
final class ValidateVerb extends LookingVerb {

    ValidateVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        List<Problem> problems = migrator().validate();
        boolean valid = problems.stream().allMatch(problem -> problem.severity() == Severity.INFO);
        if (json()) {
            console().json(Documents.of("valid", valid, "problems", StatusDocument.problems(problems)));
        } else {
            problems.forEach(problem -> console().line(console().text(problem)));
            console().line(valid ? "Files and history agree." : "Problems: " + problems.size());
        }
        return valid ? ExitCode.DONE : ExitCode.FAILED;
    }
}
