package dev.migrator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which applied migrations {@link Migrator#rollback(RollbackOptions)} takes back, the one applied last first.
 *
 * @param steps how many, where {@code to} is null
 * @param to the whole name of the applied migration that is to be the last one again; it stays itself
 * @param confirmed the whole names that somebody has seen and agreed to, the one applied last first: when the rollback
 *     would take back others by now, it refuses. Empty where nobody was asked
 * @param reason why; goes into the log
 */
public record RollbackOptions(
        int steps,
        @Nullable String to,
        List<String> confirmed,
        @Nullable String reason) {

    public RollbackOptions {
        confirmed = List.copyOf(confirmed);
    }

    /** The last one, whichever that is when the rollback begins; a script says what it means with {@link #to(String)}. */
    public static RollbackOptions lastOne() {
        return steps(1);
    }

    public static RollbackOptions steps(int count) {
        return new RollbackOptions(count, null, List.of(), null);
    }

    /** Everything that was applied after this one. */
    public static RollbackOptions to(String name) {
        return new RollbackOptions(0, name, List.of(), null);
    }

    /** Just these, which are the last ones; refused as soon as they are not the last ones any more. */
    public static RollbackOptions exactly(List<String> names) {
        return new RollbackOptions(names.size(), null, names, null);
    }

    public RollbackOptions because(@Nullable String why) {
        return new RollbackOptions(steps, to, confirmed, why);
    }
}
