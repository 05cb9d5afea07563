package dev.migrator.autoconfigure.actuate;

import dev.migrator.StatusDocument;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.data.FailureRetry;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A run that somebody asked for through the endpoint, while it goes on and afterwards. Answers from memory. */
final class ActionRun implements MigrationListener {

    private final String id = UUID.randomUUID().toString();
    private final String action;
    private final @Nullable String migration;
    private final String operator;
    private final Instant startedAt;
    private final MigrationActivity activity;
    private final Map<String, Long> durations = new ConcurrentHashMap<>();
    private volatile @Nullable End end;

    private record End(
            boolean success,
            @Nullable RunReport report,
            FailureRetry.@Nullable Retried retried,
            List<Problem> problems) {}

    /** @param migration the only one, or null for all that is pending */
    ActionRun(String action, @Nullable String migration, String operator, Clock clock) {
        this.action = action;
        this.migration = migration;
        this.operator = operator;
        this.startedAt = clock.instant();
        this.activity = new MigrationActivity(clock, Phase.RUNNING);
    }

    String id() {
        return id;
    }

    boolean isOfAll() {
        return migration == null;
    }

    boolean hasEnded() {
        return end != null;
    }

    ActivitySnapshot snapshot() {
        return activity.snapshot();
    }

    @Override
    public void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.MigrationCompleted completed) {
            durations.put(completed.migration().value(), completed.duration().toMillis());
        }
        activity.on(event);
    }

    void ended(RunReport report) {
        List<Problem> problems = new ArrayList<>(activity.snapshot().problems());
        problems.addAll(report.problems());
        end = new End(report.isSuccess(), report, null, problems);
    }

    /** Rows that fail still are no success. */
    void ended(FailureRetry.Retried retried) {
        end = new End(retried.stillFailing() == 0, null, retried, List.of());
    }

    void failed(List<Problem> problems) {
        end = new End(false, null, null, problems);
    }

    Map<String, Object> document() {
        End last = end;
        RunReport report = last == null ? null : last.report();
        ActivitySnapshot now = activity.snapshot();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", id);
        document.put("action", action);
        document.put("state", state(last));
        put(document, "migration", migration);
        document.put("by", operator);
        document.put("startedAt", startedAt.toString());
        document.put("planned", now.planned().size());
        document.put("applied", now.applied().size());
        document.put("failed", now.failed().size());
        if (report != null) {
            document.put("total", report.total());
            document.put("durationMs", report.duration().toMillis());
            document.put("runId", report.runId());
        }
        if (last != null && last.retried() != null) {
            document.put("migrated", last.retried().migrated());
            document.put("stillFailing", last.retried().stillFailing());
        }
        put(document, "currentMigration", last == null ? now.current() : null);
        put(document, "waitingFor", last == null ? now.waitingFor() : null);
        document.put(
                "migrations",
                now.planned().stream().map(name -> step(now, name)).toList());
        document.put("problems", StatusDocument.problems(last == null ? now.problems() : last.problems()));
        return document;
    }

    /** For the log. */
    @Override
    public String toString() {
        return action + " of " + (migration == null ? "all pending" : migration) + " by " + operator;
    }

    private static String state(@Nullable End end) {
        if (end == null) {
            return Phase.RUNNING.name();
        }
        return (end.success() ? Phase.COMPLETED : Phase.FAILED).name();
    }

    private Map<String, Object> step(ActivitySnapshot now, String name) {
        Map<String, Object> step = MemoryDocument.named(now, name);
        put(step, "durationMs", durations.get(name));
        return step;
    }

    private static void put(Map<String, Object> document, String name, @Nullable Object value) {
        if (value != null) {
            document.put(name, value);
        }
    }
}
