package dev.migrator.command.answer;

import dev.migrator.MigrationStatus;
import dev.migrator.Statistics;
import dev.migrator.StatusReport;
import dev.migrator.history.MigrationState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.problem.Severity;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Status and lists for people. */
public final class StatusText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Console console;

    public StatusText(Console console) {
        this.console = console;
    }

    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** Where it was not possible to look at the files or at the history, an answer is no answer. */
    public static List<Problem> unusable(StatusReport report) {
        return report.problems().stream()
                .filter(problem -> problem.isError() && isUnusable(problem.code()))
                .toList();
    }

    private static boolean isUnusable(ProblemCode code) {
        return switch (code) {
            case LOCATION_NOT_FOUND,
                    INVALID_SETTING,
                    NO_PRIVILEGE,
                    HISTORY_SHAPE,
                    HISTORY_FOREIGN,
                    HISTORY_NOT_A_TABLE,
                    HISTORY_NEWER -> true;
            default -> false;
        };
    }

    /** Instead of a list in which every file is missing. */
    public static void refuseUnusable(StatusReport report) {
        List<Problem> unusable = unusable(report);
        if (!unusable.isEmpty()) {
            throw new MigratorException(unusable, null);
        }
    }

    public void print(StatusReport report) {
        new Table()
                .cell("Database", Style.ASIDE)
                .cell(report.place())
                .row()
                .cell("State", Style.ASIDE)
                .cell(state(report), style(report))
                .row()
                .cell("Lock", Style.ASIDE)
                .cell(
                        report.lockHolder() == null
                                ? "free"
                                : "held by " + report.lockHolder().describe(),
                        report.lockHolder() == null ? null : Style.WAITING)
                .row()
                .print(console);
        if (!report.migrations().isEmpty()) {
            console.line("");
            table(report.migrations(), report.pending());
        }
        console.line("");
        console.line(summary(report.statistics()));
        problems(report.problems());
    }

    /** Remarks of one kind can be as many as there are files: one of them says it. */
    private void problems(List<Problem> problems) {
        Map<ProblemCode, Integer> more = new EnumMap<>(ProblemCode.class);
        for (Problem problem : problems) {
            boolean repeated = problem.severity() == Severity.INFO && more.merge(problem.code(), 1, Integer::sum) > 1;
            if (!repeated) {
                console.line("");
                console.line(console.text(problem));
            }
        }
        more.values().removeIf(count -> count < 2);
        more.forEach((code, count) -> console.line(console.styled(
                Style.ASIDE,
                "  and " + (count - 1) + " more notes of this kind (" + code.id() + "); validate lists all")));
    }

    /** @param pending names of what the next run would try */
    public void table(List<MigrationStatus> migrations, List<String> pending) {
        Table table = new Table().header("MIGRATION", "STATE", "APPLIED (UTC)", "TIME", "REMARK");
        for (MigrationStatus migration : migrations) {
            Instant at = migration.appliedAt();
            Long millis = migration.executionTimeMs();
            boolean applied = migration.state() == MigrationState.COMPLETED;
            boolean skipped = migration.state() == MigrationState.PENDING
                    && !migration.manual()
                    && !migration.later()
                    && !pending.contains(migration.name());
            table.cell(SafeText.line(migration.name()))
                    .cell(
                            !skipped ? word(migration) : migration.elsewhere() ? "elsewhere" : "skipped",
                            skipped ? Style.ASIDE : style(migration))
                    .cell(applied && at != null ? time(at) : "")
                    .number(applied && millis != null ? millis + " ms" : "")
                    .cell(remark(migration), Style.ASIDE)
                    .row();
        }
        table.print(console);
    }

    private static String remark(MigrationStatus migration) {
        String error = firstLine(migration.error());
        String remark = migration.remark() == null ? "" : migration.remark();
        return error == null ? remark : remark.isEmpty() ? error : remark + "; " + error;
    }

    private static @Nullable String firstLine(@Nullable String text) {
        return text == null ? null : SafeText.line(text.lines().findFirst().orElse(""));
    }

    private static String word(MigrationStatus migration) {
        return switch (migration.state()) {
            case COMPLETED -> "applied";
            case PENDING -> migration.manual() ? "manual" : migration.later() ? "later" : "pending";
            default -> migration.state().name().toLowerCase(Locale.ROOT);
        };
    }

    private static @Nullable Style style(MigrationStatus migration) {
        return switch (migration.state()) {
            case COMPLETED -> Style.GOOD;
            case FAILED -> Style.BAD;
            case PENDING -> migration.manual() || migration.later() ? Style.ASIDE : Style.WAITING;
            case RUNNING -> Style.WAITING;
            default -> Style.ASIDE;
        };
    }

    private static String state(StatusReport report) {
        Statistics numbers = report.statistics();
        if (report.isComplete()) {
            return "complete";
        } else if (numbers.failed() > 0) {
            return numbers.failed() + " failed, " + numbers.pending() + " to be run";
        } else if (numbers.pending() > 0) {
            return numbers.pending() + " pending";
        }
        return "an error was found";
    }

    private static Style style(StatusReport report) {
        boolean failed =
                report.statistics().failed() > 0 || report.problems().stream().anyMatch(Problem::isError);
        return report.isComplete() ? Style.GOOD : failed ? Style.BAD : Style.WAITING;
    }

    private static String summary(Statistics numbers) {
        return "Applied: " + numbers.applied() + ", Pending: " + numbers.pending() + ", Failed: " + numbers.failed()
                + ", Skipped: " + numbers.skipped() + ", Manual: " + numbers.manual() + ", Total: " + numbers.total();
    }
}
