package dev.migrator.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How many rows the next batch gets. It follows the time that batches take: down at once, up slowly. A batch that fails is
 * divided, and its parts come before anything else, until the one failing row stands alone.
 */
final class BatchSize {

    static final int LARGEST = 50_000;

    private static final double SLOW_GROWTH = 1.2;
    private static final double FIRST_GROWTH = 2;

    private final @Nullable Integer fixed;
    private final double target;
    private final Deque<Integer> parts = new ArrayDeque<>();
    private double size;
    private double growth = FIRST_GROWTH;

    /** @param fixed what it comes back to when it was too much; null lets it adapt */
    BatchSize(@Nullable Integer fixed, int first, Duration target) {
        this.fixed = fixed;
        this.target = target.toNanos();
        this.size = fixed == null ? first : fixed;
    }

    int next() {
        Integer part = parts.peek();
        return part != null ? part : current();
    }

    /** What a batch would get that is no part of a failed one. */
    int current() {
        return (int) Math.max(1, size);
    }

    /** The batch was committed. */
    void done(int rows, Duration elapsed) {
        if (parts.poll() != null || rows < current()) {
            return;
        }
        if (fixed != null) {
            size = Math.min(fixed, size * growth);
            return;
        }
        double ratio = target / Math.max(1, elapsed.toNanos());
        if (ratio <= 1) {
            growth = SLOW_GROWTH;
        }
        size = Math.min(LARGEST, Math.max(1, size * Math.max(0.5, Math.min(growth, ratio))));
    }

    /** It took too long, or stood in somebody's way: the same rows again, fewer at a time. */
    void tooMuch(int rows) {
        if (parts.isEmpty()) {
            growth = SLOW_GROWTH;
            size = Math.max(1, rows / 2);
        } else {
            divide(rows);
        }
    }

    /** One of its rows can't be migrated: both halves come next. */
    void divide(int rows) {
        parts.poll();
        parts.push(rows - rows / 2);
        parts.push(rows / 2);
    }

    /** The single row of the batch is settled without success. */
    void leftOut() {
        parts.poll();
    }
}
