package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.StatusDocument;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.history.MigrationState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
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
    Map<String, Object> migrations() {
        ActivitySnapshot now = activity.snapshot();
        if (now.phase() == Phase.RUNNING) {
            return answer(fromMemory(now, now.phase().name(), now.problems()));
        }
        try {
            return answer(StatusDocument.of(migrator.status()));
        } catch (MigratorException e) {
            return answer(fromMemory(now, Phase.UNKNOWN.name(), e.problems()));
        }
    }

    /** Null, which is not found, for a name that is neither a file nor in the history. */
    @ReadOperation
    @Nullable
    Map<String, Object> migration(@Selector String name) {
        ActivitySnapshot now = activity.snapshot();
        if (now.phase() == Phase.RUNNING) {
            return now.planned().contains(name) ? answer(named(now, name)) : null;
        }
        return migrator.status().migrations().stream()
                .filter(migration -> migration.name().equals(name))
                .findFirst()
                .map(migration -> answer(StatusDocument.of(migration)))
                .orElse(null);
    }

    /** Marked, so that it is written by the endpoints' own mapper, whatever the application does with its one. */
    private static Map<String, Object> answer(Map<String, Object> document) {
        return OperationResponseBody.of(document);
    }

    /** While a run is under way only this run is known; what is unknown is left out. */
    private static Map<String, Object> fromMemory(ActivitySnapshot now, String state, List<Problem> problems) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("state", state);
        if (now.total() >= 0) {
            document.put("total", now.total());
        }
        if (!now.planned().isEmpty()) {
            document.put("applied", now.applied().size());
            document.put("pending", now.pending());
            document.put("failed", now.failed().size());
        }
        if (now.current() != null) {
            document.put("currentMigration", now.current());
        }
        if (now.waitingFor() != null) {
            document.put("waitingFor", now.waitingFor());
        }
        document.put("appliedMigrations", named(now, now.applied()));
        document.put(
                "pendingMigrations",
                named(
                        now,
                        now.planned().stream()
                                .filter(name -> !now.applied().contains(name))
                                .toList()));
        document.put("otherMigrations", List.of());
        document.put("problems", StatusDocument.problems(problems));
        return document;
    }

    private static List<Map<String, Object>> named(ActivitySnapshot now, List<String> names) {
        return names.stream().map(name -> named(now, name)).toList();
    }

    private static Map<String, Object> named(ActivitySnapshot now, String name) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("state", state(now, name));
        return document;
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
