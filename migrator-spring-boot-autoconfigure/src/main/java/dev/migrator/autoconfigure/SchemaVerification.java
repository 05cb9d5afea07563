package dev.migrator.autoconfigure;

import dev.migrator.MigrationStatus;
import dev.migrator.StatusReport;
import dev.migrator.history.MigrationState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.util.StringUtils;

/** Whether a service that must not migrate may start: what is missing, and who can bring it. */
public record SchemaVerification(StatusReport report, List<Problem> problems) {

    private static final int NAMES_SHOWN = 10;
    private static final String RUN_THEM =
            "run the migrations first, by a deployment step or one start with AUTO_MIGRATE=true; then start this one again.";

    public static SchemaVerification of(StatusReport report) {
        Problems found = new Problems();
        if (!report.historyExists()) {
            found.add(Problem.error(
                    ProblemCode.HISTORY_MISSING,
                    report.place(),
                    "There is no tracking table, so no migration was ever applied here, and this service does not"
                            + " migrate (AUTO_MIGRATE, migrator.auto-migrate=false).",
                    "See that this is the right database and schema. If it is, " + RUN_THEM));
        }
        List<MigrationStatus> failed = report.migrations().stream()
                .filter(migration -> migration.state() == MigrationState.FAILED && !migration.later())
                .toList();
        failed.forEach(migration -> found.add(failed(migration)));
        List<String> names = failed.stream().map(MigrationStatus::name).toList();
        List<String> pending =
                report.pending().stream().filter(name -> !names.contains(name)).toList();
        if (!pending.isEmpty() && report.historyExists()) {
            found.add(pending(report, pending));
        }
        found.addAll(report.problems());
        return new SchemaVerification(report, found.all());
    }

    List<Problem> remarks() {
        return problems.stream().filter(problem -> !problem.isError()).toList();
    }

    public boolean isComplete() {
        return problems.stream().noneMatch(Problem::isError);
    }

    void orThrow() {
        new Problems().addAll(problems).throwIfErrors();
    }

    private static Problem failed(MigrationStatus migration) {
        return Problem.error(
                ProblemCode.FAILED_BEFORE,
                migration.name(),
                "It failed when it was run last (try " + migration.attempts() + "): " + migration.error(),
                "Mend its file, and " + RUN_THEM);
    }

    private static Problem pending(StatusReport report, List<String> names) {
        String shown = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        String verb = names.size() == 1 ? " migration is pending: " : " migrations are pending: ";
        return Problem.error(
                ProblemCode.PENDING,
                report.place(),
                names.size() + verb + shown + (names.size() > NAMES_SHOWN ? ", …" : "")
                        + ". This service does not migrate (AUTO_MIGRATE, migrator.auto-migrate=false).",
                StringUtils.capitalize(RUN_THEM));
    }
}
