package dev.migrator.autoconfigure.actuate;

import dev.migrator.MigrationStatus;
import dev.migrator.Migrator;
import dev.migrator.Statistics;
import dev.migrator.StatusReport;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.actuate.MigrationsDescriptor.LockHolderDescriptor;
import dev.migrator.autoconfigure.actuate.MigrationsDescriptor.MigrationDescriptor;
import dev.migrator.autoconfigure.actuate.MigrationsDescriptor.ProblemDescriptor;
import dev.migrator.history.MigrationState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The endpoint {@code migrations}. It only reads. While this process migrates it answers from memory; else each answer
 * opens a connection of its own, which the endpoint's cache (time-to-live) can bound.
 */
@Endpoint(id = "migrations", defaultAccess = Access.READ_ONLY)
final class MigrationsEndpoint {

    private final Migrator migrator;
    private final MigrationActivity activity;

    MigrationsEndpoint(Migrator migrator, MigrationActivity activity) {
        this.migrator = migrator;
        this.activity = activity;
    }

    @ReadOperation
    MigrationsDescriptor migrations() {
        ActivitySnapshot now = activity.snapshot();
        if (now.phase() == Phase.RUNNING) {
            return fromMemory(now, now.phase().name(), now.problems());
        }
        try {
            return of(migrator.status());
        } catch (MigratorException e) {
            return fromMemory(now, Phase.UNKNOWN.name(), e.problems());
        }
    }

    /** Null, which is not found, for a name that is neither a file nor in the history. */
    @ReadOperation
    @Nullable
    MigrationDescriptor migration(@Selector String name) {
        ActivitySnapshot now = activity.snapshot();
        if (now.phase() == Phase.RUNNING) {
            return now.planned().contains(name) ? MigrationDescriptor.of(name, state(now, name)) : null;
        }
        return migrator.status().migrations().stream()
                .filter(migration -> migration.name().equals(name))
                .findFirst()
                .map(MigrationDescriptor::of)
                .orElse(null);
    }

    private static MigrationsDescriptor of(StatusReport report) {
        Statistics numbers = report.statistics();
        return new MigrationsDescriptor(
                state(report),
                report.place(),
                numbers.total(),
                numbers.applied(),
                numbers.pending(),
                numbers.failed(),
                numbers.skipped(),
                numbers.manual(),
                null,
                null,
                LockHolderDescriptor.of(report.lockHolder()),
                those(report, migration -> migration.state() == MigrationState.COMPLETED),
                those(report, migration -> report.pending().contains(migration.name())),
                those(report, migration -> isOther(report, migration)),
                report.problems().stream().map(ProblemDescriptor::of).toList());
    }

    private static boolean isOther(StatusReport report, MigrationStatus migration) {
        return migration.state() != MigrationState.COMPLETED
                && !report.pending().contains(migration.name());
    }

    private static String state(StatusReport report) {
        if (report.lockHolder() != null) {
            return Phase.RUNNING.name();
        } else if (report.isComplete()) {
            return Phase.COMPLETED.name();
        }
        boolean failed =
                report.statistics().failed() > 0 || report.problems().stream().anyMatch(Problem::isError);
        return failed ? Phase.FAILED.name() : Phase.PENDING.name();
    }

    private static List<MigrationDescriptor> those(StatusReport report, Predicate<MigrationStatus> which) {
        return report.migrations().stream()
                .filter(which)
                .map(MigrationDescriptor::of)
                .toList();
    }

    private static MigrationsDescriptor fromMemory(ActivitySnapshot now, String state, List<Problem> problems) {
        boolean known = !now.planned().isEmpty();
        return new MigrationsDescriptor(
                state,
                null,
                now.total() < 0 ? null : now.total(),
                known ? now.applied().size() : null,
                known ? now.pending() : null,
                known ? now.failed().size() : null,
                null,
                null,
                now.current(),
                now.waitingFor(),
                null,
                named(now, now.applied()),
                named(
                        now,
                        now.planned().stream()
                                .filter(name -> !now.applied().contains(name))
                                .toList()),
                List.of(),
                problems.stream().map(ProblemDescriptor::of).toList());
    }

    private static List<MigrationDescriptor> named(ActivitySnapshot now, List<String> names) {
        return names.stream()
                .map(name -> MigrationDescriptor.of(name, state(now, name)))
                .toList();
    }

    private static String state(ActivitySnapshot now, String name) {
        if (now.applied().contains(name)) {
            return MigrationState.COMPLETED.name();
        } else if (now.failed().contains(name)) {
            return MigrationState.FAILED.name();
        }
        return name.equals(now.current()) ? MigrationState.RUNNING.name() : MigrationState.PENDING.name();
    }
}
