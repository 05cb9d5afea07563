package dev.migrator.autoconfigure.event;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationEvent.MigrationCompleted;
import dev.migrator.event.MigrationEvent.MigrationFailed;
import dev.migrator.event.MigrationEvent.MigrationStarted;
import dev.migrator.event.MigrationEvent.RunAborted;
import dev.migrator.event.MigrationEvent.RunCompleted;
import dev.migrator.event.MigrationEvent.RunStarted;
import dev.migrator.event.MigrationListener;
import dev.migrator.migration.MigrationName;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * The run of a start, and each of its migrations, among the steps of the start ({@code /actuator/startup}). Of migrations
 * that share a message the first begins with it, each next one when the one before it is done; the tag {@code durationMs}
 * is the engine's own figure.
 */
final class StartupSteps implements MigrationListener, ApplicationListener<ApplicationReadyEvent> {

    private final ApplicationStartup startup;
    private final Deque<MigrationName> waiting = new ArrayDeque<>();
    private @Nullable StartupStep run;
    private @Nullable StartupStep migration;
    private boolean started;

    StartupSteps(ApplicationStartup startup) {
        this.startup = startup;
    }

    /** What comes later is no part of the start. */
    @Override
    public synchronized void onApplicationEvent(ApplicationReadyEvent event) {
        started = true;
        end();
    }

    @Override
    public synchronized void on(MigrationEvent event) {
        if (started) {
            return;
        }
        if (event instanceof RunStarted begun) {
            begin(begun);
        } else if (event instanceof MigrationStarted begun && run != null) {
            waiting.add(begun.migration());
            next();
        } else if (event instanceof MigrationCompleted completed) {
            done("success", completed.duration().toMillis());
        } else if (event instanceof MigrationFailed) {
            done("failed", -1);
        } else if (event instanceof RunCompleted || event instanceof RunAborted) {
            end();
        }
    }

    private void begin(RunStarted begun) {
        end();
        run = startup.start("migrator.run")
                .tag("runId", begun.runId())
                .tag("pending", Integer.toString(begun.planned().size()));
    }

    private void next() {
        if (migration == null && !waiting.isEmpty()) {
            migration = startup.start("migrator.migration")
                    .tag("migration", waiting.remove().value());
        }
    }

    private void done(String outcome, long millis) {
        if (migration != null) {
            migration.tag("outcome", outcome);
            if (millis >= 0) {
                migration.tag("durationMs", Long.toString(millis));
            }
            migration.end();
            migration = null;
            next();
        }
    }

    private void end() {
        waiting.clear();
        if (migration != null) {
            migration.end();
            migration = null;
        }
        if (run != null) {
            run.end();
            run = null;
        }
    }
}
