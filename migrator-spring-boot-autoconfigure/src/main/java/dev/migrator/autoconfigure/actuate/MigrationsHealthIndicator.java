package dev.migrator.autoconfigure.actuate;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Whether the schema is the one that this service needs. It answers from memory, so a probe never waits for a database. */
final class MigrationsHealthIndicator implements HealthIndicator {

    private final MigrationActivity activity;

    MigrationsHealthIndicator(MigrationActivity activity) {
        this.activity = activity;
    }

    @Override
    public Health health() {
        ActivitySnapshot now = activity.snapshot();
        Health.Builder health = Health.status(status(now.phase()))
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
        return health.build();
    }

    private static void addWhatIsGoingOn(Health.Builder health, ActivitySnapshot now) {
        if (now.current() != null) {
            health.withDetail("currentMigration", now.current());
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

    private static Status status(ActivitySnapshot.Phase phase) {
        return switch (phase) {
            case UNKNOWN -> Status.UNKNOWN;
            case PENDING, RUNNING -> Status.OUT_OF_SERVICE;
            case COMPLETED -> Status.UP;
            case FAILED -> Status.DOWN;
        };
    }
}
