package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.StatusText;
import dev.migrator.command.answer.Style;
import dev.migrator.command.answer.Table;
import dev.migrator.history.LogEntry;
import dev.migrator.problem.SafeText;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "log",
        header = "Shows what was done to this database, when, by whom and why; the newest first.",
        description = "Every try, rollback, skip, reset, baseline and accepted file. Nothing is ever removed from it.")
final class LogVerb extends LookingVerb {

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "Only of this migration.")
    private @Nullable String name;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "The most lines to show; 50 where nothing is said.")
    private int limit;

    LogVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        int most = atLeastOne(limit);
        Migrator migrator = migrator();
        List<LogEntry> entries = migrator.log(name == null ? null : migrator.resolve(name), most);
        if (json()) {
            console()
                    .json(Documents.of(
                            "entries", entries.stream().map(Documents::logEntry).toList()));
        } else if (entries.isEmpty()) {
            console().line("The log is empty.");
        } else {
            print(entries);
        }
        return ExitCode.DONE;
    }

    private void print(List<LogEntry> entries) {
        Table table = new Table().header("AT (UTC)", "ACTION", "OUTCOME", "MIGRATION", "BY", "DETAIL");
        for (LogEntry entry : entries) {
            boolean failed = "failed".equals(entry.outcome());
            String detail = entry.detail();
            table.cell(StatusText.time(entry.at()))
                    .cell(entry.action())
                    .cell(entry.outcome(), failed ? Style.BAD : null)
                    .cell(entry.migration() == null ? "" : SafeText.line(entry.migration()))
                    .cell(entry.actor() == null ? "" : SafeText.line(entry.actor()))
                    .cell(
                            detail == null
                                    ? ""
                                    : SafeText.line(detail.lines().findFirst().orElse("")))
                    .row();
        }
        table.print(console());
    }
}
