package dev.migrator.autoconfigure.observe;

import dev.migrator.autoconfigure.observe.MigratorObservationContext.End;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The observations of one run. Its scopes are opened and closed on the thread of the run, so that what a migration's code
 * does is observed below it; of migrations that share a message, which have no code, only the first has a scope.
 */
final class ObservedRun {

    private static final class Open {

        private final MigratorObservationContext context;
        private final Observation observation;
        private final long startedAt = System.nanoTime();
        private final Observation.@Nullable Scope scope;

        Open(MigratorObservationContext context, Observation observation, boolean scoped) {
            this.context = context;
            this.observation = observation.start();
            this.scope = scoped ? observation.openScope() : null;
        }

        void end(End end, @Nullable Problem problem) {
            Duration measured = Duration.ofNanos(System.nanoTime() - startedAt);
            context.ended(end.duration() == null ? new End(end.outcome(), end.problem(), measured) : end);
            if (problem != null) {
                observation.error(new MigratorException(withoutData(problem)));
            }
            if (scope != null) {
                scope.close();
            }
            observation.stop();
        }
    }

    private final String runId;
    private final ObservationRegistry registry;
    private final Map<MigrationName, Open> migrations = new LinkedHashMap<>();
    private @Nullable Open wait;
    private @Nullable Open run;
    private @Nullable Open batch;
    private boolean over;

    ObservedRun(String runId, ObservationRegistry registry) {
        this.runId = runId;
        this.registry = registry;
    }

    private Open open(
            MigratorObservation kind, @Nullable MigrationName migration, @Nullable Open parent, boolean scoped) {
        MigratorObservationContext context = new MigratorObservationContext(kind, runId, migration);
        Observation observation =
                Observation.createNotStarted(null, new MigratorObservationConvention(kind), () -> context, registry);
        if (parent != null) {
            observation.parentObservation(parent.observation);
        }
        return new Open(context, observation, scoped);
    }

    void waits() {
        if (wait == null) {
            wait = open(MigratorObservation.LOCK_WAIT, null, null, false);
        }
    }

    void waited(End end) {
        if (wait != null) {
            wait.end(end, null);
            wait = null;
        }
        over |= !end.outcome().equals("success");
    }

    /** A run that lost its session begins again, and is one run. */
    void begins() {
        over = false;
        if (run == null) {
            run = open(MigratorObservation.RUN, null, null, true);
        }
    }

    void ends(End end, @Nullable Problem problem) {
        closeMigrations(end.outcome().equals("aborted") ? "aborted" : "elsewhere");
        if (run != null) {
            run.end(end, problem);
            run = null;
        }
        over = true;
    }

    boolean isOver() {
        return over;
    }

    void begins(MigrationName migration) {
        if (!migrations.containsKey(migration)) {
            boolean first = migrations.isEmpty();
            migrations.put(migration, open(MigratorObservation.MIGRATION, migration, run, first));
        }
    }

    void retries(MigrationName migration, Problem problem) {
        Open open = migrations.get(migration);
        if (open != null) {
            open.observation.event(
                    Observation.Event.of("migrator.retry", problem.code().id()));
        }
    }

    void ends(MigrationName migration, End end, @Nullable Problem problem) {
        Open open = migrations.remove(migration);
        if (open != null) {
            open.end(end, problem);
        }
    }

    void beginsBatch(MigrationName migration) {
        batch = open(MigratorObservation.BATCH, migration, migrations.get(migration), true);
    }

    void endsBatch(End end) {
        if (batch != null) {
            batch.end(end, null);
            batch = null;
        }
    }

    /** What has begun and not ended: another node was first, or the run was aborted. */
    private void closeMigrations(String outcome) {
        endsBatch(new End("aborted", "none", null));
        migrations.values().forEach(open -> open.end(new End(outcome, "none", null), null));
        migrations.clear();
    }

    /** What goes out is out: the statement and the server's details, with the data of rows, are for the log. */
    private static Problem withoutData(Problem problem) {
        return Problem.error(problem.code(), problem.subject(), problem.headline(), problem.action());
    }
}
