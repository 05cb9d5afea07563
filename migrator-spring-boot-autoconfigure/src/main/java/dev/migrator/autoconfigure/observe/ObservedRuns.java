package dev.migrator.autoconfigure.observe;

import dev.migrator.autoconfigure.observe.MigratorObservationContext.End;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationEvent.BatchEnded;
import dev.migrator.event.MigrationEvent.BatchStarted;
import dev.migrator.event.MigrationEvent.IndexBuilding;
import dev.migrator.event.MigrationEvent.LockWaited;
import dev.migrator.event.MigrationEvent.LockWaiting;
import dev.migrator.event.MigrationEvent.MigrationCompleted;
import dev.migrator.event.MigrationEvent.MigrationFailed;
import dev.migrator.event.MigrationEvent.MigrationRetried;
import dev.migrator.event.MigrationEvent.MigrationRolledBack;
import dev.migrator.event.MigrationEvent.MigrationStarted;
import dev.migrator.event.MigrationEvent.RollbackCompleted;
import dev.migrator.event.MigrationEvent.RollbackStarted;
import dev.migrator.event.MigrationEvent.RunAborted;
import dev.migrator.event.MigrationEvent.RunCompleted;
import dev.migrator.event.MigrationEvent.RunStarted;
import dev.migrator.event.MigrationListener;
import dev.migrator.problem.Problem;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;

/** Makes observations of what a run tells. The registry is asked for when a run begins, not before. */
final class ObservedRuns implements MigrationListener {

    private static final Logger log = LoggerFactory.getLogger(ObservedRuns.class);

    private final Supplier<ObservationRegistry> registry;
    private final Map<String, ObservedRun> runs = new ConcurrentHashMap<>();

    ObservedRuns(Supplier<ObservationRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void on(MigrationEvent event) {
        ObservedRun run = opens(event)
                ? runs.computeIfAbsent(event.runId(), id -> new ObservedRun(id, registry()))
                : runs.get(event.runId());
        if (run == null || event instanceof IndexBuilding) {
            return;
        }
        lockAndRun(run, event);
        if (event instanceof MigrationEvent.OfMigration of) {
            migration(run, of);
        }
        if (run.isOver()) {
            runs.remove(event.runId());
        }
    }

    private static boolean opens(MigrationEvent event) {
        return event instanceof LockWaiting
                || event instanceof RunStarted
                || event instanceof RollbackStarted
                || event instanceof RunAborted;
    }

    /** In early mode a registry may need a bean that waits for the schema: then this run is not observed. */
    private ObservationRegistry registry() {
        try {
            return registry.get();
        } catch (BeansException e) {
            log.warn("This run is not observed: the ObservationRegistry can't be created yet. {}", e.getMessage());
            return ObservationRegistry.NOOP;
        }
    }

    private static void lockAndRun(ObservedRun run, MigrationEvent event) {
        if (event instanceof LockWaiting) {
            run.waits();
        } else if (event instanceof LockWaited waited) {
            run.waited(new End(waited.acquired() ? "success" : "elsewhere", "none", waited.waited()));
        } else if (event instanceof RunStarted || event instanceof RollbackStarted) {
            run.begins();
        } else if (event instanceof RunCompleted completed) {
            run.ends(end(completed.failed(), completed.notTried(), completed.stopped(), completed.duration()), null);
        } else if (event instanceof RollbackCompleted completed) {
            run.ends(end(completed.failed(), completed.notTried(), completed.stopped(), completed.duration()), null);
        } else if (event instanceof RunAborted aborted) {
            List<Problem> problems = aborted.problems();
            Problem first = problems.isEmpty() ? null : problems.get(0);
            run.begins();
            run.ends(new End("aborted", codeOf(first), aborted.duration()), first);
        }
    }

    private static void migration(ObservedRun run, MigrationEvent.OfMigration event) {
        if (event instanceof MigrationStarted) {
            run.begins(event.migration());
        } else if (event instanceof MigrationRetried retried) {
            run.retries(event.migration(), retried.problem());
        } else if (event instanceof MigrationCompleted completed) {
            run.ends(event.migration(), new End("success", "none", completed.duration()), null);
        } else if (event instanceof MigrationRolledBack back) {
            run.ends(event.migration(), new End("rolled-back", "none", back.duration()), null);
        } else if (event instanceof MigrationFailed failed) {
            run.ends(event.migration(), new End("failed", codeOf(failed.problem()), null), failed.problem());
        } else if (event instanceof BatchStarted) {
            run.beginsBatch(event.migration());
        } else if (event instanceof BatchEnded ended) {
            run.endsBatch(new End(ended.committed() ? "success" : "retried", "none", ended.duration()));
        }
    }

    private static End end(int failed, int notTried, @Nullable Problem stopped, Duration duration) {
        String outcome = failed > 0 ? "failed" : notTried > 0 || stopped != null ? "stopped" : "success";
        return new End(outcome, failed > 0 && stopped == null ? "migration-failed" : codeOf(stopped), duration);
    }

    private static String codeOf(@Nullable Problem problem) {
        return problem == null ? "none" : problem.code().id();
    }
}
