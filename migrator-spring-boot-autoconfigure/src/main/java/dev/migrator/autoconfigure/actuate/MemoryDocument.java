package dev.migrator.autoconfigure.actuate;

import dev.migrator.StatusDocument;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.drift.DriftLook;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.history.MigrationState;
import dev.migrator.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A status document of what this process knows by itself. */
final class MemoryDocument {

    private MemoryDocument() {}

    /** While a run is under way only this run is known; what is unknown is left out. */
    static Map<String, Object> of(ActivitySnapshot now, String state, List<Problem> problems) {
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
        if (now.activity() != null) {
            document.put("activity", now.activity());
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
        if (now.current() != null && now.progress() != null && now.progress().isOfBatch()) {
            document.put("batches", List.of(StatusDocument.of(now.current(), now.progress())));
        }
        document.put("problems", StatusDocument.problems(problems));
        return document;
    }

    private static List<Map<String, Object>> named(ActivitySnapshot now, List<String> names) {
        return names.stream().map(name -> named(now, name)).toList();
    }

    static Map<String, Object> named(ActivitySnapshot now, String name) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("state", state(now, name));
        if (name.equals(now.current()) && now.progress() != null) {
            document.put("progress", StatusDocument.of(name, now.progress()));
        }
        return document;
    }

    /** Of a migration that nobody can look up now. */
    static Map<String, Object> unknown(String name, List<Problem> problems) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("state", ActivitySnapshot.Phase.UNKNOWN.name());
        document.put("problems", StatusDocument.problems(problems));
        return document;
    }

    /** What was seen last, and what keeps this process from seeing more. */
    static Map<String, Object> drift(DriftMemory memory) {
        DriftLook look = memory.last();
        Problem failure = memory.failure();
        Map<String, Object> document = new LinkedHashMap<>();
        if (look == null) {
            document.put("state", ActivitySnapshot.Phase.UNKNOWN.name());
        } else {
            document.putAll(look.document());
        }
        if (failure != null) {
            document.put("problems", StatusDocument.problems(List.of(failure)));
        }
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
