package dev.migrator.command;

import dev.migrator.StatusDocument;
import dev.migrator.StatusReport;
import dev.migrator.command.answer.StatusText;
import dev.migrator.problem.Problem;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        header = "Shows every migration with its state, problems, and who holds the lock.",
        description = {
            "Reads only, needs no more than SELECT, and takes no lock. Times are UTC.",
            "",
            "With --json it prints the document of the endpoint /actuator/migrations."
        })
final class StatusVerb extends LookingVerb {

    @Option(
            names = "--check",
            description = "Exit with 3 when something is pending or failed, with 1 when an error was found.")
    private boolean check;

    StatusVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        StatusReport report = migrator().status();
        if (json()) {
            console().json(StatusDocument.of(report));
        } else {
            StatusText.refuseUnusable(report);
            new StatusText(console()).print(report);
        }
        return exitCode(report);
    }

    private int exitCode(StatusReport report) {
        List<Problem> unusable = StatusText.unusable(report);
        if (!unusable.isEmpty()) {
            return ExitCode.of(unusable);
        } else if (!check || report.isComplete()) {
            return ExitCode.DONE;
        }
        return report.statistics().pending() > 0 ? ExitCode.PENDING : ExitCode.FAILED;
    }
}
