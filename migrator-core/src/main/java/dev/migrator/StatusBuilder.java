package dev.migrator;

import dev.migrator.batch.BatchStatus;
import dev.migrator.execute.Inspection;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.history.TableShape;
import dev.migrator.lock.LockHolder;
import dev.migrator.migration.ElsewhereMigration;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.migration.SqlMigration;
import dev.migrator.plan.Phases;
import dev.migrator.plan.PlanStep;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts files, history and plan together, one line a migration, in order; rows without a file come first. */
final class StatusBuilder {

    private final Inspection inspection;
    private final Map<String, PlanStep> steps = new HashMap<>();

    StatusBuilder(Inspection inspection) {
        this.inspection = inspection;
        inspection
                .plan()
                .steps()
                .forEach(step -> steps.put(step.migration().name().value(), step));
    }

    StatusReport build(String place, @Nullable LockHolder holder, List<BatchStatus> batches) {
        List<MigrationStatus> all = new ArrayList<>();
        Set<String> files = new HashSet<>();
        inspection
                .catalog()
                .migrations()
                .forEach(migration -> files.add(migration.name().value()));
        inspection.history().entries().stream()
                .filter(entry -> !files.contains(entry.migration()))
                .map(StatusBuilder::withoutFile)
                .forEach(all::add);
        inspection.catalog().migrations().stream().map(this::status).forEach(all::add);
        boolean exists = inspection.history().shape() != TableShape.MISSING;
        Phases phases = Phases.of(inspection.catalog().migrations(), inspection.plan());
        return new StatusReport(
                place, statistics(all), List.copyOf(all), pending(), problems(), exists, holder, phases, batches);
    }

    /** A run creates a history that is missing; who only looks must be told. */
    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(inspection.problems());
        if (inspection.history().shape() == TableShape.MISSING) {
            problems.add(Problem.warning(
                    ProblemCode.HISTORY_MISSING,
                    inspection.history().facts().database(),
                    "There is no history: no migration was ever applied here, or the tracking table was lost.",
                    "In a new database run the migrations, which create it. Where services have worked already, restore it"
                            + " from a backup, or adopt the schema as it is with: baseline"));
        }
        return List.copyOf(problems);
    }

    private static MigrationStatus withoutFile(HistoryEntry entry) {
        NameReading reading = MigrationName.read(entry.migration());
        MigrationName name = reading instanceof NameReading.Valid valid ? valid.name() : null;
        return status(
                entry.migration(),
                name == null ? "" : name.version(),
                name == null ? entry.migration() : name.title(),
                null,
                entry.isCode(),
                entry.isCode() ? "in Java; known only to its application" : "its file is gone",
                entry.checksum(),
                entry);
    }

    private MigrationStatus status(Migration migration) {
        MigrationName name = migration.name();
        HistoryEntry entry = inspection.history().entry(name.value()).orElse(null);
        PlanStep step = steps.get(name.value());
        return status(
                name.value(),
                name.version(),
                name.title(),
                step,
                migration instanceof ElsewhereMigration,
                migration instanceof ElsewhereMigration elsewhere ? elsewhere.remark() : remark(step),
                checksum(migration, entry),
                entry);
    }

    /** Of code only what is stored: to ask for more would create its object. */
    private static @Nullable String checksum(Migration migration, @Nullable HistoryEntry entry) {
        if (migration instanceof SqlMigration file) {
            return file.checksum().toString();
        }
        return entry == null ? null : entry.checksum();
    }

    private static MigrationStatus status(
            String name,
            String version,
            String title,
            @Nullable PlanStep step,
            boolean elsewhere,
            @Nullable String remark,
            @Nullable String checksum,
            @Nullable HistoryEntry entry) {
        return new MigrationStatus(
                name,
                version,
                title,
                entry == null ? MigrationState.PENDING : entry.state(),
                step instanceof PlanStep.Manual,
                elsewhere,
                step instanceof PlanStep.Left,
                remark,
                checksum,
                entry == null ? null : entry.appliedAt(),
                entry == null ? null : entry.executionTimeMs(),
                entry == null || entry.isApplied() ? null : entry.errorMessage(),
                entry == null ? 0 : entry.attempts());
    }

    private static @Nullable String remark(@Nullable PlanStep step) {
        if (step instanceof PlanStep.Manual) {
            return "runs only when a person names it";
        } else if (step instanceof PlanStep.OtherEnvironment other) {
            return "only for "
                    + String.join(", ", other.migration().directives().environments());
        } else if (step instanceof PlanStep.BeyondTarget) {
            return "lies behind the target";
        } else if (step instanceof PlanStep.NotNamed) {
            return "another one was named";
        } else if (step instanceof PlanStep.Deferred) {
            return "comes after all others; see the problems";
        } else if (step instanceof PlanStep.Left left) {
            return new Phases.Left(left.migration().name().value(), left.phase(), left.waitsFor()).remark();
        } else if (step instanceof PlanStep.Blocked) {
            return "can't run now; see the problems";
        } else if (step instanceof PlanStep.Run run) {
            return switch (run.reason()) {
                case LATE -> "older than the newest applied one";
                case CHANGED -> "repeatable, and changed";
                case INTERRUPTED -> "was interrupted";
                case PENDING, FAILED_BEFORE, ROLLBACK -> null;
            };
        }
        return null;
    }

    private List<String> pending() {
        return inspection.plan().steps().stream()
                .filter(step -> step instanceof PlanStep.Run
                        || step instanceof PlanStep.Blocked
                        || step instanceof PlanStep.Deferred)
                .map(step -> step.migration().name().value())
                .toList();
    }

    private Statistics statistics(List<MigrationStatus> all) {
        return new Statistics(
                all.size(),
                count(all, MigrationState.COMPLETED),
                pending().size(),
                count(all, MigrationState.FAILED),
                count(all, MigrationState.SKIPPED)
                        + (int) steps.values().stream()
                                .filter(PlanStep.OtherEnvironment.class::isInstance)
                                .count(),
                inspection.plan().manual().size(),
                averageTime(all));
    }

    private static int count(List<MigrationStatus> all, MigrationState state) {
        return (int) all.stream().filter(status -> status.state() == state).count();
    }

    private static long averageTime(List<MigrationStatus> all) {
        return Math.round(all.stream()
                .filter(status -> status.state() == MigrationState.COMPLETED)
                .map(MigrationStatus::executionTimeMs)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .average()
                .orElse(0));
    }
}
