package dev.migrator.autoconfigure.drift;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.problem.Problem;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of drift, for health, endpoint and metrics: nobody who asks it waits, and nobody opens a
 * connection. Safe for any number of threads.
 */
public final class DriftMemory implements MigrationListener {

    /** One of them is there at most: a failed look says nothing of the schema. */
    private record Known(@Nullable DriftLook look, @Nullable Problem failure) {}

    private volatile Known known = new Known(null, null);

    /** Null while nobody has looked, and after something was applied. */
    public @Nullable DriftLook last() {
        return known.look();
    }

    /** Why the last try to look has failed, or null. What was seen before stays known. */
    public @Nullable Problem failure() {
        return known.failure();
    }

    /** How many objects were changed outside of migrations; empty while nobody knows. The value of a gauge. */
    public OptionalInt objects() {
        DriftLook look = last();
        return look == null ? OptionalInt.empty() : look.objects();
    }

    synchronized void remember(DriftLook look) {
        known = new Known(look, null);
    }

    synchronized void failed(Problem problem) {
        known = new Known(known.look(), problem);
    }

    /** What a run applies or takes back is stored as the schema that shall be: what was known before is out of date. */
    @Override
    public synchronized void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.MigrationCompleted) {
            known = new Known(null, null);
        }
    }
}
