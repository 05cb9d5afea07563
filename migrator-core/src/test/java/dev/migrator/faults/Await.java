package dev.migrator.faults;

import dev.migrator.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks again until something is so; fails when it takes too long. */
public final class Await {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Await() {}

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Until a session of this database is in {@code pg_sleep}: so far a test's long statement has come. */
    public static void sleepOf(TestDatabase database) {
        until(
                "the server sleeps",
                () -> database.value(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event = 'PgSleep')",
                        Boolean.class));
    }
}
