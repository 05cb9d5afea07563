package dev.migrator.command;

import dev.migrator.LocksReport;
import dev.migrator.StatusDocument;
import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Style;
import dev.migrator.lock.LockHolder;
import picocli.CommandLine.Command;

@Command(
        name = "locks",
        header = "Shows who holds the migration lock, who waits for it, and who blocks the holder.",
        description = {
            "Reads only. The lock belongs to a session of the database: it ends with the session, so nothing has to be"
                    + " unlocked by hand. A blocker is shown with the statement that would end it; that decision is yours."
        })
final class LocksVerb extends LookingVerb {

    LocksVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        LocksReport report = migrator().locks();
        if (json()) {
            console().json(StatusDocument.of(report));
        } else {
            print(report);
        }
        return ExitCode.DONE;
    }

    private void print(LocksReport report) {
        LockHolder holder = report.holder();
        Console console = console();
        console.line("Migration lock of " + report.place() + ": "
                + (holder == null ? console.styled(Style.GOOD, "free") : "held by " + holder.describe()));
        if (report.migration() != null) {
            console.line("  running " + console.styled(Style.STRONG, report.migration()));
        }
        report.blockers().forEach(blocker -> {
            console.line(console.styled(Style.BAD, "  blocked by ") + blocker.describe());
            String hint = blocker.hint();
            if (hint != null) {
                console.line("    " + hint);
            }
        });
        report.waiters().forEach(waiter -> console.line("  waiting: " + waiter.describe()));
        report.remarks().forEach(remark -> console.line("  " + remark));
    }
}
