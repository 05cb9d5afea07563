package dev.migrator.command;

import dev.migrator.MigrationStatus;
import dev.migrator.StatusDocument;
import dev.migrator.StatusReport;
import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.StatusText;
import dev.migrator.problem.Problem;
import java.util.List;
import picocli.CommandLine.Command;

/** All migrations, or those that would run. */
abstract class ListVerb extends LookingVerb {

    private final boolean onlyPending;

    ListVerb(CommandEnvironment environment, boolean onlyPending) {
        super(environment);
        this.onlyPending = onlyPending;
    }

    @Override
    public final Integer call() {
        StatusReport report = migrator().status();
        StatusText.refuseUnusable(report);
        List<MigrationStatus> migrations = report.migrations().stream()
                .filter(migration -> !onlyPending || report.pending().contains(migration.name()))
                .toList();
        if (json()) {
            console()
                    .json(Documents.of(
                            "database",
                            report.place(),
                            "migrations",
                            migrations.stream().map(StatusDocument::of).toList(),
                            "problems",
                            StatusDocument.problems(report.problems())));
        } else {
            report.problems().stream().filter(Problem::isError).forEach(console()::problem);
            print(migrations, report.pending());
        }
        return ExitCode.DONE;
    }

    private void print(List<MigrationStatus> migrations, List<String> pending) {
        if (migrations.isEmpty()) {
            console().line(onlyPending ? "Nothing is pending." : "There is no migration.");
        } else {
            new StatusText(console()).table(migrations, pending);
        }
    }

    @Command(
            name = "list",
            header = "Lists all migrations with their states.",
            description = {
                "Those of the files, and those of the history whose files are gone, in the order in which they run."
            })
    static final class All extends ListVerb {

        All(CommandEnvironment environment) {
            super(environment, false);
        }
    }

    @Command(
            name = "pending",
            header = "Lists what the next run would try, in order.",
            description = {
                "With those that failed before: they are tried again. What runs only when a person names it is not"
                        + " among them."
            })
    static final class Pending extends ListVerb {

        Pending(CommandEnvironment environment) {
            super(environment, true);
        }
    }
}
