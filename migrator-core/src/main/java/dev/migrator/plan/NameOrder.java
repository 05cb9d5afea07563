package dev.migrator.plan;

import dev.migrator.directive.Phase;
import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The order of the names against what is applied: what comes too late for it, and how far a run may go. */
final class NameOrder {

    private final List<Migration> migrations;
    private final Map<String, HistoryEntry> history;
    private final PlanOptions options;
    private final Problems problems;
    private final @Nullable MigrationName newestApplied;

    NameOrder(List<Migration> migrations, Map<String, HistoryEntry> history, PlanOptions options, Problems problems) {
        this.migrations = migrations;
        this.history = history;
        this.options = options;
        this.problems = problems;
        this.newestApplied = newestApplied();
    }

    private @Nullable MigrationName newestApplied() {
        MigrationName newest = null;
        for (Migration migration : migrations) {
            HistoryEntry entry = history.get(migration.name().value());
            boolean counts = entry != null && entry.isApplied() && migration.kind() != Migration.Kind.REPEATABLE;
            if (counts && (newest == null || migration.name().compareTo(newest) > 0)) {
                newest = migration.name();
            }
        }
        return newest;
    }

    /** Whether a pending migration could have run before one that is applied; tells of it. */
    boolean isLate(Migration migration) {
        boolean overtaken = newestApplied != null
                && migration.kind() != Migration.Kind.REPEATABLE
                && migration.name().compareTo(newestApplied) < 0;
        boolean late = overtaken && !couldNotBeEarlier(migration);
        if (late) {
            problems.add(late(migration));
        }
        return late;
    }

    /** Its code or its phase comes after the others; or what it depends on was applied after the newest one. */
    private boolean couldNotBeEarlier(Migration migration) {
        HistoryEntry newest = newestApplied == null ? null : history.get(newestApplied.value());
        return migration.directives().phase() != Phase.PRE_DEPLOY
                || migration instanceof CodeMigration code && code.isDeferred()
                || migration.directives().depends().stream()
                        .map(history::get)
                        .anyMatch(entry ->
                                entry != null && newest != null && entry.isApplied() && entry.id() > newest.id());
    }

    private Problem late(Migration migration) {
        boolean fail = options.outOfOrder() == PlanOptions.OnFinding.FAIL;
        return Problem.warning(
                        ProblemCode.OUT_OF_ORDER,
                        migration.name().value(),
                        "is pending, but " + newestApplied + ", which comes after it, is applied.",
                        "Check that it does not rely on the order; migrator.out-of-order=fail refuses such files.")
                .withSeverity(AppliedCheck.severity(fail));
    }

    /** The last name that the run may come to; null where it goes to the end. */
    @Nullable
    MigrationName target() {
        String wanted = options.target();
        if (wanted == null) {
            return null;
        }
        for (Migration migration : migrations) {
            if (migration.name().value().equals(wanted)) {
                refuseBelow(migration.name());
                return migration.name();
            }
        }
        problems.add(Problem.error(
                ProblemCode.UNKNOWN_TARGET,
                wanted,
                "No migration has this name, so it can't be the target.",
                "Give the whole name of a file, without its ending."));
        return null;
    }

    private void refuseBelow(MigrationName target) {
        if (newestApplied != null && target.compareTo(newestApplied) < 0) {
            problems.add(Problem.error(
                    ProblemCode.UNKNOWN_TARGET,
                    target.value(),
                    "The target lies before " + newestApplied
                            + ", which is applied; a migration run only goes forward.",
                    "Choose a later target, or roll back."));
        }
    }
}
