package dev.migrator.autoconfigure.compat;

import dev.migrator.MigrationStatus;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.history.MigrationState;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Migrations as Flyway's endpoint describes them: the same names of fields and of states. */
final class FlywayShape {

    private FlywayShape() {}

    static List<Map<String, @Nullable Object>> of(List<MigrationStatus> migrations) {
        Map<String, Integer> ranks = new HashMap<>();
        migrations.stream()
                .filter(each -> each.appliedAt() != null)
                .sorted(Comparator.comparing(each -> Objects.requireNonNull(each.appliedAt())))
                .forEach(each -> ranks.put(each.name(), ranks.size() + 1));
        return migrations.stream()
                .map(each -> document(each, ranks.get(each.name())))
                .toList();
    }

    private static Map<String, @Nullable Object> document(MigrationStatus migration, @Nullable Integer rank) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        Instant at = migration.appliedAt();
        Long millis = migration.executionTimeMs();
        document.put("type", "SQL");
        document.put(
                "checksum",
                Objects.requireNonNullElse(migration.checksum(), migration.name())
                        .hashCode());
        document.put("version", migration.version());
        document.put("description", migration.title());
        document.put("script", migration.name());
        document.put("state", state(migration.state()));
        // our status does not tell by whom: the log does
        document.put("installedBy", null);
        document.put("installedOn", at == null ? null : at.toString());
        document.put("installedRank", rank);
        document.put("executionTime", millis == null ? null : Math.toIntExact(Math.min(millis, Integer.MAX_VALUE)));
        return document;
    }

    private static String state(MigrationState state) {
        return switch (state) {
            case COMPLETED -> "SUCCESS";
            case FAILED -> "FAILED";
            case PENDING, RUNNING -> "PENDING";
            case SKIPPED -> "IGNORED";
        };
    }

    /** While a run is under way only this run is known. */
    static List<Map<String, @Nullable Object>> of(ActivitySnapshot now) {
        return now.planned().stream()
                .map(name -> {
                    Map<String, @Nullable Object> document = new LinkedHashMap<>();
                    document.put("type", "SQL");
                    document.put("checksum", name.hashCode());
                    document.put("description", name);
                    document.put("script", name);
                    document.put(
                            "state",
                            now.applied().contains(name)
                                    ? "SUCCESS"
                                    : now.failed().contains(name) ? "FAILED" : "PENDING");
                    return document;
                })
                .toList();
    }
}
