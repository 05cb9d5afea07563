package dev.migrator;

import org.jspecify.annotations.Nullable;

/**
 * Which applied migrations {@link Migrator#rollback(RollbackOptions)} takes back, the one applied last first.
 *
 * @param steps how many, where {@code to} is null
 * @param to the whole name of the applied migration that is to be the last one again; it stays itself
 * @param reason why; goes into the log
 */
public record RollbackOptions(
        int steps, @Nullable String to, @Nullable String reason) {

    public static RollbackOptions lastOne() {
        return steps(1);
    }

    public static RollbackOptions steps(int count) {
        return new RollbackOptions(count, null, null);
    }

    /** Everything that was applied after this one. */
    public static RollbackOptions to(String name) {
        return new RollbackOptions(0, name, null);
    }

    public RollbackOptions because(@Nullable String why) {
        return new RollbackOptions(steps, to, why);
    }
}
