package dev.migrator.autoconfigure;

import dev.migrator.StatusReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.RunReport;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * What this process knows of its migrations from its own run. It answers from memory: nobody who asks waits, and nobody
 * opens a connection. It hears of each event before other listeners do. Safe for any number of threads.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class MigrationActivity implements MigrationListener {

    private final Clock clock;
    private volatile ActivitySnapshot snapshot;
    private volatile @Nullable Instant completedAt;

    public MigrationActivity(Clock clock, ActivitySnapshot.Phase phase) {
        this.clock = clock;
        this.snapshot = ActivitySnapshot.initial(phase);
    }

    public ActivitySnapshot snapshot() {
        return snapshot;
    }

    /** When a run or a look last found the schema complete; null while none has. */
    public @Nullable Instant completedAt() {
        return completedAt;
    }

    void begins() {
        change(now -> now.begun(clock.instant()));
    }

    /** A run of all that was pending has ended. */
    public void ended(RunReport report) {
        change(now -> now.ended(report, clock.instant()));
    }

    /** A run has ended that left these to a later one. */
    void left(List<String> names, RunReport report) {
        change(now -> now.leaving(names, report, clock.instant()));
    }

    /** A look has found the schema complete. */
    public void verified(StatusReport report) {
        change(now -> now.verified(report, clock.instant()));
    }

    void failed(List<Problem> problems) {
        change(now -> now.failed(problems, clock.instant()));
    }

    @Override
    public void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.LockWaiting waiting) {
            change(now -> now.waitingFor(waiting.holder()));
        } else if (event instanceof MigrationEvent.Following following) {
            change(now -> now.following(following));
        } else if (event instanceof MigrationEvent.RunStarted started) {
            List<String> planned =
                    started.planned().stream().map(MigrationName::value).toList();
            change(now -> now.planned(planned));
        } else if (event instanceof MigrationEvent.MigrationStarted started) {
            change(now -> now.started(started.migration().value()));
        } else if (event instanceof MigrationEvent.IndexBuilding building) {
            change(now -> now.doing(building.migration().value(), building.progress()));
        } else if (event instanceof MigrationEvent.MigrationRetried retried) {
            change(now -> now.doing(retried.migration().value(), retried.activity()));
        } else if (event instanceof MigrationEvent.MigrationProgressed progressed) {
            change(now -> now.progressed(progressed.migration().value(), progressed.progress()));
        } else if (event instanceof MigrationEvent.MigrationCompleted completed) {
            change(now -> now.applied(completed.migration().value()));
        } else if (event instanceof MigrationEvent.MigrationFailed failed) {
            change(now -> now.failedOne(failed.migration().value(), failed.problem()));
        } else if (event instanceof MigrationEvent.Reconciled reconciled && reconciled.complete()) {
            change(now -> now.healed(clock.instant()));
        }
    }

    private synchronized void change(UnaryOperator<ActivitySnapshot> step) {
        ActivitySnapshot next = step.apply(snapshot);
        if (next.phase() == ActivitySnapshot.Phase.COMPLETED && next.checkedAt() != null) {
            completedAt = next.checkedAt();
        }
        snapshot = next;
    }
}
