package dev.migrator.autoconfigure.observe;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.core.Ordered;

/**
 * Timers with the engine's own durations. Small migrations share a message and are told of when it is back, so a clock
 * that runs from the event of the start to that of the end would give each of them the time of all.
 */
final class ExactTimers implements MeterObservationHandler<MigratorObservationContext>, Ordered {

    private final Supplier<MeterRegistry> registry;

    ExactTimers(Supplier<MeterRegistry> registry) {
        this.registry = registry;
    }

    /** Before the one that measures everything: the first that knows a context is the only one. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof MigratorObservationContext;
    }

    @Override
    public void onStop(MigratorObservationContext context) {
        Duration duration = context.end().duration();
        if (duration == null) {
            return;
        }
        List<Tag> tags = new ArrayList<>();
        for (KeyValue key : context.getLowCardinalityKeyValues()) {
            tags.add(Tag.of(key.getKey(), key.getValue()));
        }
        Timer.builder(Objects.requireNonNullElse(
                        context.getName(), context.kind().getName()))
                .tags(tags)
                .register(registry.get())
                .record(duration);
    }
}
