package dev.migrator.autoconfigure.actuate;

import dev.migrator.problem.MigratorException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look at the database at a time, however many ask: each look opens a connection, and who asks often enough would
 * have all that the server has. Nobody gets what was seen before he asked; those who wait together share what is seen
 * next, also where that is a failure.
 */
public final class OneLook<T> {

    private final Supplier<T> look;
    private final LongSupplier nanoTime;
    /** No monitor: up to Java 23 a virtual thread that waits at one keeps its carrier from all others. */
    private final ReentrantLock turn = new ReentrantLock();

    private @Nullable Seen<T> last;

    private record Seen<T>(
            long begun, @Nullable T value, @Nullable MigratorException failure) {}

    public OneLook(Supplier<T> look) {
        this(look, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    OneLook(Supplier<T> look, LongSupplier nanoTime) {
        this.look = look;
        this.nanoTime = nanoTime;
    }

    public T now() {
        long asked = nanoTime.getAsLong();
        turn.lock();
        try {
            Seen<T> seen = last;
            if (seen == null || seen.begun() - asked < 0) {
                seen = look();
                last = seen;
            }
            return valueOf(seen);
        } finally {
            turn.unlock();
        }
    }

    /** Something else that opens a connection, while nobody looks. */
    <R> R alone(Supplier<R> other) {
        turn.lock();
        try {
            return other.get();
        } finally {
            turn.unlock();
        }
    }

    private Seen<T> look() {
        long begun = nanoTime.getAsLong();
        try {
            return new Seen<>(begun, look.get(), null);
        } catch (MigratorException e) {
            return new Seen<>(begun, null, e);
        }
    }

    private static <T> T valueOf(Seen<T> seen) {
        T value = seen.value();
        if (value != null) {
            return value;
        }
        MigratorException failure = seen.failure();
        throw failure == null ? new IllegalStateException("Nothing was seen") : failure;
    }
}
