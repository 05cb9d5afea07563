package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.ElsewhereMigration;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the plan. One planner makes one plan. */
public final class Planner {

    private final List<Migration> migrations;
    private final Map<String, HistoryEntry> history = new HashMap<>();
    private final PlanOptions options;
    private final Problems problems = new Problems();
    private final List<PlanStep> steps = new ArrayList<>();
    private final Set<String> satisfied = new HashSet<>();
    private final Set<String> deferred = new HashSet<>();
    private final PhaseOrder phases;
    private final AppliedCheck applied;
    private final NameOrder order;
    private final boolean firstLook;

    private Planner(List<Migration> migrations, List<HistoryEntry> entries, PlanOptions options, boolean firstLook) {
        this.migrations = migrations;
        this.options = options;
        this.firstLook = firstLook;
        this.phases = new PhaseOrder(options.phases());
        entries.forEach(entry -> history.put(entry.migration(), entry));
        this.applied = new AppliedCheck(migrations, entries, options, problems);
        this.order = new NameOrder(migrations, history, options, problems);
    }

    /** For one run: what it finds applied at a later look, this run or another node has applied meanwhile. */
    public static Planning by(PlanOptions options) {
        return new Planning() {
            private boolean firstLook = true;

            @Override
            public Plan plan(List<Migration> migrations, List<HistoryEntry> entries) {
                Plan plan = new Planner(migrations, entries, options, firstLook).plan();
                firstLook = false;
                return plan;
            }
        };
    }

    private Plan plan() {
        MigrationName target = order.target();
        applied.checkMissing();
        for (Migration migration : migrations) {
            HistoryEntry entry = history.get(migration.name().value());
            if (entry != null && isDone(migration, entry)) {
                satisfied.add(migration.name().value());
            } else if (options.only() != null && !isNamed(migration)) {
                steps.add(new PlanStep.NotNamed(migration));
            } else if (target != null && migration.name().compareTo(target) > 0) {
                steps.add(new PlanStep.BeyondTarget(migration));
            } else {
                steps.add(step(migration, entry));
            }
        }
        refuseUnknownOrDone(options.only());
        tellElsewhere();
        return new Plan(steps, applied.rehash(), problems.all(), applied.orphans());
    }

    /** What runs here must not overtake in silence what only the application can run. */
    private void tellElsewhere() {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof PlanStep.Elsewhere step) {
                boolean overtaken = steps.subList(i, steps.size()).stream().anyMatch(PlanStep.Run.class::isInstance);
                problems.add(elsewhere(step.migration(), overtaken));
            }
        }
    }

    private Problem elsewhere(ElsewhereMigration migration, boolean overtaken) {
        String subject = migration.name().value();
        String where = "It is in Java (" + migration.origin() + "), is not applied, and runs in its application";
        if (isNamed(migration)) {
            return Problem.error(ProblemCode.REFUSED, subject, where + ", not here.", "Start the application.");
        } else if (!overtaken) {
            return Problem.info(ProblemCode.CODE_ELSEWHERE, subject, where + ".", "");
        }
        boolean fail = options.outOfOrder() == PlanOptions.OnFinding.FAIL;
        return Problem.warning(
                        ProblemCode.CODE_ELSEWHERE,
                        subject,
                        where + "; what comes after it here runs without it.",
                        "Where the order matters, stop before it with --target and start the application, or let the"
                                + " application run all.")
                .withSeverity(AppliedCheck.severity(fail));
    }

    private boolean isNamed(Migration migration) {
        return migration.name().value().equals(options.only());
    }

    private void refuseUnknownOrDone(@Nullable String named) {
        if (named == null) {
            return;
        }
        if (migrations.stream().noneMatch(this::isNamed)) {
            problems.add(Problem.error(
                    ProblemCode.UNKNOWN_NAME,
                    named,
                    "No file has this name, so it can't be run.",
                    "Give the whole name of a file, without its ending."));
            return;
        }
        HistoryEntry entry = history.get(named);
        if (entry == null || steps.stream().anyMatch(step -> isNamed(step.migration()))) {
            return;
        }
        boolean skipped = entry.state() == MigrationState.SKIPPED;
        if (!skipped && !firstLook) {
            return;
        }
        problems.add(Problem.error(
                ProblemCode.REFUSED,
                named,
                skipped ? "It was marked as skipped." : "It is applied already; a migration takes effect once.",
                skipped ? "Forget that first: reset " + named : "Write a new migration for what is still to be done."));
    }

    private boolean isDone(Migration migration, HistoryEntry entry) {
        return switch (entry.state()) {
            case COMPLETED -> applied.isUnchanged(migration, entry) || migration.kind() != Migration.Kind.REPEATABLE;
            case SKIPPED -> true;
            case PENDING, RUNNING, FAILED -> false;
        };
    }

    private PlanStep step(Migration migration, @Nullable HistoryEntry entry) {
        if (migration instanceof ElsewhereMigration elsewhere) {
            return new PlanStep.Elsewhere(elsewhere);
        }
        Problem trouble = migration instanceof CodeMigration code ? code.trouble() : null;
        if (trouble != null) {
            problems.add(trouble);
            return trouble.isError() ? new PlanStep.Blocked(migration) : deferred(migration);
        }
        Set<String> environments = migration.directives().environments();
        boolean named = isNamed(migration);
        if (!named && !environments.isEmpty() && environments.stream().noneMatch(options.environments()::contains)) {
            return new PlanStep.OtherEnvironment(migration);
        }
        if (!named && migration.directives().manual()) {
            return new PlanStep.Manual(migration);
        }
        PlanStep left = named ? null : left(migration);
        if (left != null) {
            return left;
        }
        if (isBlocked(migration, entry)) {
            return new PlanStep.Blocked(migration);
        }
        satisfied.add(migration.name().value());
        return new PlanStep.Run(migration, reason(migration, entry), entry);
    }

    /** To another run; null where it may run now. */
    private @Nullable PlanStep left(Migration migration) {
        String waitsFor = migration.directives().depends().stream()
                .filter(deferred::contains)
                .findFirst()
                .orElse(null);
        if (waitsFor == null) {
            return phases.leaves(migration);
        }
        problems.add(Problem.info(
                ProblemCode.CODE_DEFERRED,
                migration.name().value(),
                "It is left to the run after this one, because it depends on " + waitsFor + ".",
                ""));
        return deferred(migration);
    }

    private PlanStep deferred(Migration migration) {
        deferred.add(migration.name().value());
        return new PlanStep.Deferred(migration);
    }

    private boolean isBlocked(Migration migration, @Nullable HistoryEntry entry) {
        if (entry == null && applied.isRenamed(migration)) {
            return true;
        }
        boolean blocked = entry != null && entry.isBegunInBatches() && !isBatch(migration);
        if (blocked) {
            problems.add(Problem.error(
                    ProblemCode.RESUME_CHANGED,
                    migration.name().value(),
                    "It has begun batch by batch and is no batch any more: as a whole it would do those rows a second time.",
                    "Make it a batch again; or see to it that beginning again does no harm, and forget the try: reset "
                            + migration.name().value()));
        }
        for (String dependency : migration.directives().depends()) {
            if (!satisfied.contains(dependency)) {
                problems.add(unsatisfied(migration, dependency));
                blocked = true;
            }
        }
        return blocked;
    }

    private static boolean isBatch(Migration migration) {
        return migration instanceof CodeMigration code
                ? code.code() instanceof BatchMigration
                : migration.directives().batch() != null;
    }

    private Problem unsatisfied(Migration migration, String dependency) {
        String subject = migration.name().value();
        Migration known = migrations.stream()
                .filter(m -> m.name().value().equals(dependency))
                .findFirst()
                .orElse(null);
        if (known == null) {
            return Problem.error(
                    ProblemCode.UNKNOWN_DEPENDENCY,
                    subject,
                    "depends on " + dependency + ", which is neither a file nor applied.",
                    "Correct the name in its directive depends=…, or add the file.");
        }
        if (known.name().compareTo(migration.name()) > 0) {
            return Problem.error(
                    ProblemCode.DEPENDENCY_ORDER,
                    subject,
                    "depends on " + dependency + ", which comes after it.",
                    "Give one of the two another version.");
        }
        return Problem.error(
                ProblemCode.UNKNOWN_DEPENDENCY,
                subject,
                "depends on " + dependency + ", which is not applied"
                        + (options.only() != null
                                ? "."
                                : " and does not run here (manual, another environment, in an application, or blocked)."),
                "Run " + dependency + " first.");
    }

    private PlanStep.Reason reason(Migration migration, @Nullable HistoryEntry entry) {
        if (entry == null || entry.state() == MigrationState.PENDING) {
            return order.isLate(migration) ? PlanStep.Reason.LATE : PlanStep.Reason.PENDING;
        }
        return switch (entry.state()) {
            case COMPLETED -> PlanStep.Reason.CHANGED;
            case RUNNING -> PlanStep.Reason.INTERRUPTED;
            default -> PlanStep.Reason.FAILED_BEFORE;
        };
    }
}
