package dev.migrator.command.answer;

import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.FailureTable;
import dev.migrator.event.Progress;
import dev.migrator.problem.SafeText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batched migrations for people. */
public final class BatchText {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Console console;

    public BatchText(Console console) {
        this.console = console;
    }

    public void print(List<BatchStatus> batches) {
        if (batches.isEmpty()) {
            console.line("No batched migration has begun.");
            return;
        }
        Table table = new Table()
                .header("MIGRATION", "STATE", "ROWS", "FAILED", "RATE", "LEFT", "BATCH", "DONE UP TO KEY", "REMARK");
        for (BatchStatus batch : batches) {
            Duration left = batch.left();
            table.cell(SafeText.line(batch.migration()))
                    .cell(state(batch), style(batch))
                    .number(batch.scanned() + " of " + batch.estimated())
                    .number(Long.toString(batch.failed()))
                    .number(Math.round(batch.perSecond()) + "/s")
                    .number(left == null ? "" : Progress.inWords(left))
                    .number(batch.batchSize() == null ? "" : batch.batchSize().toString())
                    .cell(keys(batch))
                    .cell(remark(batch), Style.WAITING)
                    .row();
        }
        table.print(console);
    }

    /** What somebody wants of it stands beside what it does until it does so. */
    private static String state(BatchStatus batch) {
        if (batch.isPaused()) {
            return "paused";
        }
        String expected = batch.status().equals("cancelled") ? "cancel" : "run";
        if (batch.status().equals("done") || batch.wanted().equals(expected)) {
            return batch.status();
        }
        return batch.status() + ", to " + (batch.wanted().equals("run") ? "go on" : batch.wanted());
    }

    /** A batch that is under way says something every few seconds; the process of one that does not may be gone. */
    private static String remark(BatchStatus batch) {
        String hold = batch.hold() == null ? "" : SafeText.line(batch.hold());
        boolean silent = batch.status().equals("running")
                && !batch.isPaused()
                && batch.silent().compareTo(LONG) > 0;
        if (!silent) {
            return hold;
        }
        return "nothing heard of it for " + Progress.inWords(batch.silent())
                + (hold.isEmpty() ? "" : "; it waited: " + hold);
    }

    private static Style style(BatchStatus batch) {
        return switch (batch.status()) {
            case "done" -> Style.GOOD;
            case "failed", "cancelled" -> Style.BAD;
            default -> Style.WAITING;
        };
    }

    private static String keys(BatchStatus batch) {
        return batch.last() == null
                ? ""
                : SafeText.line((batch.position() == null ? "none" : batch.position()) + " of " + batch.last());
    }

    public void print(String migration, List<FailureTable.Failure> failures) {
        if (failures.isEmpty()) {
            console.line(migration + " has left no row out.");
            return;
        }
        Table table = new Table().header("KEY", "SQLSTATE", "ATTEMPTS", "MESSAGE");
        for (FailureTable.Failure failure : failures) {
            table.cell(SafeText.line(failure.key().toString()))
                    .cell(text(failure.sqlState()))
                    .number(Integer.toString(failure.attempts()))
                    .cell(SafeText.line(failure.message()))
                    .row();
        }
        table.print(console);
    }

    private static String text(@Nullable String sqlState) {
        return sqlState == null ? "" : sqlState;
    }
}
