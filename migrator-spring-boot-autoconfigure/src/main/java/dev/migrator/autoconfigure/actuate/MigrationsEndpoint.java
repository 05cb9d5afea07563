package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.StatusDocument;
import dev.migrator.StatusReport;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.problem.MigratorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The endpoint {@code migrations}: what it reads. While this process migrates it answers from memory; else a look opens a
 * connection of its own, one at a time however many ask. What it does is in {@link MigrationActions}.
 */
@Endpoint(id = "migrations", defaultAccess = Access.READ_ONLY)
final class MigrationsEndpoint {

    private static final String STATUS = "status";
    private static final String DRIFT = "drift";
    private static final String RUNS = "runs";
    private static final int MOST_FAILURES = 100;

    private final Migrator migrator;
    private final MigrationActivity activity;
    private final ActionRuns runs;
    private final DriftMemory drift;
    private final OneLook<StatusReport> status;

    MigrationsEndpoint(Migrator migrator, MigrationActivity activity, ActionRuns runs, DriftMemory drift) {
        this.migrator = migrator;
        this.activity = activity;
        this.runs = runs;
        this.drift = drift;
        this.status = new OneLook<>(() -> migrator.status());
    }

    /** Whether answers come from memory now. */
    boolean isMigrating() {
        return now().phase() == Phase.RUNNING;
    }

    /** Why this process takes the schema for incomplete, whatever the database has by now: its health is down. */
    Optional<Map<String, Object>> failure() {
        ActivitySnapshot own = activity.snapshot();
        return own.phase() == Phase.FAILED
                ? Optional.of(WorstProblems.of(Map.of("problems", StatusDocument.problems(own.problems()))))
                : Optional.empty();
    }

    @ReadOperation
    Map<String, Object> migrations() {
        ActivitySnapshot now = now();
        if (now.phase() == Phase.RUNNING) {
            return answer(withDrift(MemoryDocument.of(now, now.phase().name(), now.problems())));
        }
        try {
            return answer(withDrift(StatusDocument.of(status.now())));
        } catch (MigratorException e) {
            return answer(withDrift(MemoryDocument.of(now, Phase.UNKNOWN.name(), e.problems())));
        }
    }

    private Map<String, Object> withDrift(Map<String, Object> document) {
        if (drift.last() == null && drift.failure() == null) {
            return document;
        }
        Map<String, Object> whole = new LinkedHashMap<>(document);
        whole.put(DRIFT, MemoryDocument.drift(drift));
        return whole;
    }

    /** Null, which is not found, for a name that is neither a file nor in the history; no migration can be named status or drift. */
    @ReadOperation
    @Nullable
    Map<String, Object> migration(@Selector String name) {
        if (name.equals(STATUS)) {
            return migrations();
        } else if (name.equals(DRIFT)) {
            return answer(MemoryDocument.drift(drift));
        }
        ActivitySnapshot now = now();
        if (now.phase() == Phase.RUNNING) {
            return now.planned().contains(name) ? answer(MemoryDocument.named(now, name)) : null;
        }
        try {
            StatusReport report = status.now();
            return report.migrations().stream()
                    .filter(migration -> migration.name().equals(name))
                    .findFirst()
                    .map(migration -> answer(withBatch(StatusDocument.of(migration), report)))
                    .orElse(null);
        } catch (MigratorException e) {
            return answer(MemoryDocument.unknown(name, e.problems()));
        }
    }

    /** What a batched one walks over, and the first of the rows that it has left out. */
    private Map<String, Object> withBatch(Map<String, Object> document, StatusReport report) {
        Object name = document.get("name");
        report.batches().stream()
                .filter(batch -> batch.migration().equals(name))
                .findFirst()
                .ifPresent(batch -> {
                    document.put("batch", StatusDocument.of(batch));
                    document.put(
                            "failures",
                            batch.failed() == 0
                                    ? List.of()
                                    : StatusDocument.failures(status.alone(
                                            () -> migrator.batches().failures(batch.migration(), MOST_FAILURES))));
                });
        return document;
    }

    /** A run that was asked for here, by the id that it was answered with. */
    @ReadOperation
    @Nullable
    Map<String, Object> runOfEndpoint(@Selector String kind, @Selector String id) {
        return kind.equals(RUNS)
                ? runs.find(id).map(run -> answer(run.document())).orElse(null)
                : null;
    }

    private ActivitySnapshot now() {
        ActivitySnapshot now = activity.snapshot();
        return now.phase() == Phase.RUNNING
                ? now
                : runs.current().map(ActionRun::snapshot).orElse(now);
    }

    /** Marked, so that it is written by the endpoints' own mapper, whatever the application does with its one. */
    private static Map<String, Object> answer(Map<String, Object> document) {
        return OperationResponseBody.of(WorstProblems.of(document));
    }
}
