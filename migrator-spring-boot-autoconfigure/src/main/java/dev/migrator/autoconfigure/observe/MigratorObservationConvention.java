package dev.migrator.autoconfigure.observe;

import static dev.migrator.autoconfigure.observe.MigratorObservation.HighCardinality;
import static dev.migrator.autoconfigure.observe.MigratorObservation.LowCardinality;

import dev.migrator.migration.MigrationName;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.time.Duration;

/** The names and keys, unless the service has a GlobalObservationConvention for {@link MigratorObservationContext}. */
public final class MigratorObservationConvention implements ObservationConvention<MigratorObservationContext> {

    private final MigratorObservation kind;

    public MigratorObservationConvention(MigratorObservation kind) {
        this.kind = kind;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof MigratorObservationContext ours && ours.kind() == kind;
    }

    @Override
    public String getName() {
        return kind.getName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(MigratorObservationContext context) {
        return KeyValues.of(
                LowCardinality.OUTCOME.withValue(context.end().outcome()),
                LowCardinality.PROBLEM.withValue(context.end().problem()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(MigratorObservationContext context) {
        KeyValues keys = KeyValues.of(HighCardinality.RUN_ID.withValue(context.runId()));
        MigrationName migration = context.migration();
        if (migration != null) {
            keys = keys.and(HighCardinality.MIGRATION.withValue(migration.value()));
        }
        Duration duration = context.end().duration();
        return duration == null
                ? keys
                : keys.and(HighCardinality.DURATION.withValue(Long.toString(duration.toMillis())));
    }

    @Override
    public String getContextualName(MigratorObservationContext context) {
        MigrationName migration = context.migration();
        return migration == null ? kind.getName() : kind.getName() + " " + migration.value();
    }
}
