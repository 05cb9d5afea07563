package dev.migrator.phase;

import dev.migrator.event.MigrationEvent;
import dev.migrator.instance.Instance;
import dev.migrator.instance.Instances;
import dev.migrator.plan.Plan;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps post-deploy migrations from running while an instance is alive whose release does not have them.
 *
 * @param patience how long they are waited for
 * @param patient looks for them while no run is under way
 */
public record OlderInstances(Instances instances, Duration patience, PatientLook patient) {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** @throws MigratorException that names them, when they are still there at the end of the patience */
    void awaitGone(Set<String> migrations) {
        long startedAt = System.nanoTime();
        Set<String> told = Set.of();
        for (List<Instance> older = look(migrations); !older.isEmpty(); older = look(migrations)) {
            Problem problem = problem(migrations, older);
            Duration left = patience.minusNanos(System.nanoTime() - startedAt);
            if (left.isNegative() || left.isZero()) {
                throw new MigratorException(problem.withSeverity(Severity.ERROR));
            }
            Set<String> now = older.stream().map(Instance::id).collect(Collectors.toSet());
            if (!now.equals(told)) {
                told = now;
                patient.listeners().on(new MigrationEvent.Noted(patient.runId(), problem));
            }
            patient.cancellation().pause(left.compareTo(BETWEEN_LOOKS) < 0 ? left : BETWEEN_LOOKS);
            patient.cancellation().refuseIfRequested("migration run");
        }
    }

    private List<Instance> look(Set<String> migrations) {
        return patient.look(() -> instances.olderThan(migrations));
    }

    /** What came while the lock was waited for. */
    List<Problem> problems(Session session, Plan plan) throws SQLException {
        Set<String> names = plan.runs().stream()
                .map(step -> step.migration().name().value())
                .collect(Collectors.toSet());
        List<Instance> older = names.isEmpty() ? List.of() : instances.olderThan(session, names);
        return older.isEmpty() ? List.of() : List.of(problem(names, older).withSeverity(Severity.ERROR));
    }

    private static Problem problem(Set<String> migrations, List<Instance> older) {
        return Problem.warning(
                ProblemCode.OLDER_INSTANCES,
                migrations.stream().sorted().collect(Collectors.joining(", ")),
                "It waits for the end of "
                        + (older.size() == 1 ? "an instance" : older.size() + " instances")
                        + " of another release, which does not have it: "
                        + older.stream().map(Instance::describe).collect(Collectors.joining(", ")) + ".",
                "End what still runs of the older release (one that was killed is forgotten when its heartbeats have"
                        + " ceased), and run it again.");
    }
}
