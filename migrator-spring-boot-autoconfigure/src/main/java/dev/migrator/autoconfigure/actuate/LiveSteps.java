package dev.migrator.autoconfigure.actuate;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.event.Progress;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the steps of this process's present run get on: what each took, how far the current one is, and what delays it. */
final class LiveSteps implements MigrationListener {

    private final Clock clock;
    private final Map<String, Long> durations = new LinkedHashMap<>();
    private @Nullable String runId;
    private @Nullable Instant stepBegan;
    private @Nullable Progress progress;
    private @Nullable String note;

    LiveSteps(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void on(MigrationEvent event) {
        if (!event.runId().equals(runId)) {
            runId = event.runId();
            durations.clear();
            step(null);
        }
        if (event instanceof MigrationEvent.MigrationStarted && stepBegan == null) {
            step(clock.instant());
        } else if (event instanceof MigrationEvent.MigrationCompleted completed) {
            durations.put(completed.migration().value(), completed.duration().toMillis());
            step(null);
        } else if (event instanceof MigrationEvent.MigrationFailed) {
            step(null);
        } else if (event instanceof MigrationEvent.MigrationProgressed progressed) {
            progress = progressed.progress();
            note = null;
        } else if (event instanceof MigrationEvent.IndexBuilding building) {
            note = building.progress();
        } else if (event instanceof MigrationEvent.MigrationRetried retried) {
            note = retried.problem().headline();
        } else if (event instanceof MigrationEvent.ConnectionRetried retried) {
            note = retried.problem().headline();
        }
    }

    private void step(@Nullable Instant began) {
        stepBegan = began;
        progress = null;
        note = null;
    }

    synchronized Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("durations", Map.copyOf(durations));
        if (stepBegan != null) {
            document.put("stepBegan", stepBegan.toString());
        }
        if (progress != null) {
            document.put("progress", of(progress));
        }
        if (note != null) {
            document.put("note", note);
        }
        return document;
    }

    /** Without the keys of the last batch: these are data of somebody's rows. */
    private static Map<String, Object> of(Progress progress) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("done", progress.done());
        if (progress.total() > 0) {
            document.put("estimated", progress.total());
        }
        document.put("failed", progress.failed());
        document.put("perSecond", Math.round(progress.perSecond()));
        if (progress.left() != null) {
            document.put("leftSeconds", progress.left().toSeconds());
        }
        if (progress.hold() != null) {
            document.put("hold", progress.hold());
        }
        return document;
    }
}
