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
    private long forgotten;

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

    /** Before a look: what it will say is of the schema of this moment. */
    synchronized long lookBegins() {
        return forgotten;
    }

    /** What was forgotten while the look went on stays forgotten. */
    synchronized void remember(DriftLook look, long begun) {
        if (begun == forgotten) {
            known = new Known(look, null);
        }
    }

    synchronized void failed(Problem problem) {
        known = new Known(known.look(), problem);
    }

    /**
     * What a run applies or takes back, what is added for expected files and what a person accepts is stored as the schema
     * that shall be: what was known before is out of date.
     */
    @Override
    public synchronized void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.MigrationCompleted
                || event instanceof MigrationEvent.MigrationRolledBack
                || event instanceof MigrationEvent.DriftAccepted
                || event instanceof MigrationEvent.Reconciled reconciled && reconciled.added() > 0) {
            forgotten++;
            known = new Known(null, null);
        }
    }
}
