package dev.migrator.autoconfigure.observe;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.event.Progress;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gauges of what this process knows of its migrations; NaN is what nobody knows. They never ask the database. */
final class MigratorMeters implements MeterBinder, MigrationListener {

    private final MigrationActivity activity;
    private final Supplier<OptionalInt> drift;
    private final Clock clock;
    private final AtomicLong rows = new AtomicLong();
    private volatile @Nullable Progress progress;

    MigratorMeters(MigrationActivity activity, Supplier<OptionalInt> drift, Clock clock) {
        this.activity = activity;
        this.drift = drift;
        this.clock = clock;
    }

    @Override
    public void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.MigrationProgressed progressed) {
            progress = progressed.progress();
        } else if (event instanceof MigrationEvent.MigrationCompleted
                || event instanceof MigrationEvent.MigrationFailed
                || event instanceof MigrationEvent.RunAborted) {
            progress = null;
        } else if (event instanceof MigrationEvent.BatchEnded batch && batch.committed()) {
            rows.addAndGet(batch.rows());
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "migrator.schema.complete",
                "1 when the schema is complete, 0 when not, as far as known",
                meters -> meters.complete());
        gauge(
                registry,
                "migrator.migrations.pending",
                "migrations that this process has still to apply",
                meters -> meters.pending());
        gauge(
                registry,
                "migrator.migrations.failed",
                "migrations that failed in this process's last run",
                meters -> meters.activity.snapshot().failed().size());
        gauge(
                registry,
                "migrator.drift.objects",
                "objects that were changed outside of migrations",
                meters -> orNaN(meters.drift.get()));
        gauge(
                registry,
                "migrator.batch.progress",
                "how much of the batched migration that runs is done, 0 to 1",
                meters -> meters.batchProgress());
        TimeGauge.builder("migrator.last.success.age", this, TimeUnit.SECONDS, MigratorMeters::age)
                .description("since a run or a look last found the schema complete")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("migrator.batch.rows", rows, AtomicLong::doubleValue)
                .description("rows that batched migrations have walked over")
                .register(registry);
    }

    private interface Reading {
        double of(MigratorMeters meters);
    }

    private void gauge(MeterRegistry registry, String name, String description, Reading reading) {
        Gauge.builder(name, this, reading::of)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private double complete() {
        return switch (activity.snapshot().phase()) {
            case UNKNOWN -> Double.NaN;
            case COMPLETED -> 1;
            case PENDING, RUNNING, FAILED -> 0;
        };
    }

    private double pending() {
        ActivitySnapshot now = activity.snapshot();
        boolean known = now.phase() == Phase.COMPLETED || !now.planned().isEmpty();
        return known ? now.pending() : Double.NaN;
    }

    private double batchProgress() {
        Progress now = progress;
        return now == null || now.total() <= 0 ? Double.NaN : Math.min(1, (double) now.done() / now.total());
    }

    private double age() {
        Instant last = activity.completedAt();
        return last == null
                ? Double.NaN
                : Duration.between(last, clock.instant()).toMillis() / 1000.0;
    }

    private static double orNaN(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : Double.NaN;
    }
}
