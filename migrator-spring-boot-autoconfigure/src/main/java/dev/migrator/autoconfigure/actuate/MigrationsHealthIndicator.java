package dev.migrator.autoconfigure.actuate;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.drift.DriftLook;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.autoconfigure.phase.LaterState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Whether the schema is the one that this service needs. It answers from memory, so a probe never waits for a database. */
final class MigrationsHealthIndicator implements HealthIndicator {

    private final MigrationActivity activity;
    private final @Nullable DriftMemory drift;
    private final boolean driftIsDown;
    private final Supplier<LaterState> later;

    /**
     * @param drift null where migrations are switched off
     * @param driftIsDown whether a schema that was changed from outside is a reason to be down
     * @param later what the start has left
     */
    MigrationsHealthIndicator(
            MigrationActivity activity, @Nullable DriftMemory drift, boolean driftIsDown, Supplier<LaterState> later) {
        this.activity = activity;
        this.drift = drift;
        this.driftIsDown = driftIsDown;
        this.later = later;
    }

    @Override
    public Health health() {
        ActivitySnapshot now = activity.snapshot();
        DriftLook look = drift == null ? null : drift.last();
        boolean down =
                driftIsDown && look != null && look.hasDrift() && now.phase() == ActivitySnapshot.Phase.COMPLETED;
        Health.Builder health = Health.status(down ? Status.DOWN : status(now.phase()))
                .withDetail("status", now.phase().name().toLowerCase(Locale.ROOT));
        if (now.total() >= 0) {
            health.withDetail("total", now.total());
        }
        if (!now.planned().isEmpty()) {
            health.withDetail("applied", now.applied().size())
                    .withDetail("pending", now.pending())
                    .withDetail("failed", now.failed().size())
                    .withDetail(
                            "progress",
                            now.applied().size() + "/" + now.planned().size());
        }
        addWhatIsGoingOn(health, now);
        addWhatIsLeft(health, later.get());
        if (look != null) {
            health.withDetail("drift", detail(look));
        }
        return health.build();
    }

    private static void addWhatIsGoingOn(Health.Builder health, ActivitySnapshot now) {
        if (now.current() != null) {
            health.withDetail("currentMigration", now.current());
        }
        if (now.activity() != null) {
            health.withDetail("activity", now.activity());
        }
        if (now.progress() != null) {
            health.withDetail("currentProgress", now.progress().text());
        }
        if (now.waitingFor() != null) {
            health.withDetail("waitingFor", now.waitingFor());
        }
        if (!now.problems().isEmpty()) {
            health.withDetail(
                    "lastError",
                    now.problems().get(0).subject() + ": "
                            + now.problems().get(0).headline());
        }
        if (now.checkedAt() != null) {
            health.withDetail("lastChecked", now.checkedAt().toString());
        }
    }

    /** The schema is complete without it, so it never takes the service out of traffic. */
    private static void addWhatIsLeft(Health.Builder health, LaterState state) {
        if (state.step() == LaterState.Step.NOTHING) {
            return;
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("status", state.step().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        Map<String, String> left = new LinkedHashMap<>();
        state.left().forEach(each -> left.put(each.name(), each.remark()));
        details.put("left", left);
        if (state.problem() != null) {
            details.put(
                    "problem",
                    state.problem().subject() + ": " + state.problem().headline());
        }
        health.withDetail("later", details);
    }

    private static Map<String, Object> detail(DriftLook look) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("status", look.state().name().toLowerCase(Locale.ROOT));
        look.objects().ifPresent(count -> detail.put("objects", count));
        if (!look.first().isEmpty()) {
            detail.put("first", look.first());
        }
        detail.put("lastChecked", look.checkedAt().toString());
        return detail;
    }

    private static Status status(ActivitySnapshot.Phase phase) {
        return switch (phase) {
            case UNKNOWN -> Status.UNKNOWN;
            case PENDING, RUNNING -> Status.OUT_OF_SERVICE;
            case COMPLETED -> Status.UP;
            case FAILED -> Status.DOWN;
        };
    }
}
