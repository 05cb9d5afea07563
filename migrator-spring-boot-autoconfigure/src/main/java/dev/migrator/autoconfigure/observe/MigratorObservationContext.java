package dev.migrator.autoconfigure.observe;

import dev.migrator.migration.MigrationName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is known of something that is observed; its end is known when it is over. */
public final class MigratorObservationContext extends io.micrometer.observation.Observation.Context {

    /** How it ended, as it is written in keys. */
    public record End(
            String outcome, String problem, @Nullable Duration duration) {}

    private final MigratorObservation kind;
    private final String runId;
    private final @Nullable MigrationName migration;
    private volatile End end = new End("unknown", "none", null);

    MigratorObservationContext(MigratorObservation kind, String runId, @Nullable MigrationName migration) {
        this.kind = kind;
        this.runId = runId;
        this.migration = migration;
    }

    public MigratorObservation kind() {
        return kind;
    }

    public String runId() {
        return runId;
    }

    public @Nullable MigrationName migration() {
        return migration;
    }

    public End end() {
        return end;
    }

    void ended(End known) {
        end = known;
    }
}
