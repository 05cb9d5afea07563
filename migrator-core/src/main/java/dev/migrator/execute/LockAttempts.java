package dev.migrator.execute;

import dev.migrator.postgres.Blocker;
import dev.migrator.postgres.BlockerWatch;
import dev.migrator.postgres.SqlState;
import dev.migrator.script.PreparedStep;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tries of migrations that others keep from a lock. Whoever queues for a lock makes all wait who come after him, readers
 * too: so the first tries queue only briefly, later ones longer, and between two tries we wait outside of the queue until
 * those who blocked the last one are through. From the second try on a second connection sees who they are.
 */
final class LockAttempts implements AutoCloseable {

    /** How long each try may queue, in milliseconds; the setting bounds it. */
    private static final long[] LADDER = {100, 100, 200, 500, 500, 1_000, 1_000, 2_000, 3_000, 3_000, 5_000};

    /** Whoever holds a transaction open may have given the lock back: after so long it is tried anyway. */
    private static final Duration LONGEST_WAIT_OUTSIDE = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final RunContext context;
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Long> firstTriedAt = new HashMap<>();
    private @Nullable BlockerWatch watch;

    LockAttempts(RunContext context) {
        this.context = context;
    }

    int of(PreparedStep step) {
        return attempts.getOrDefault(step.name(), 1);
    }

    boolean hasTried(PreparedStep step) {
        return attempts.containsKey(step.name());
    }

    /** What the migration says; else, step by step up to what the setting says. */
    Duration lockTimeout(PreparedStep step) {
        Duration directive = step.directives().lockTimeout();
        Duration setting = context.settings().lockTimeout();
        if (directive != null || setting.isZero()) {
            return directive != null ? directive : setting;
        }
        long millis = LADDER[Math.min(of(step), LADDER.length) - 1];
        return Duration.ofMillis(Math.min(millis, setting.toMillis()));
    }

    /** One try. */
    interface Try<T, E extends Exception> {
        T run() throws E;
    }

    /** @param first which is refused if one of several is */
    <T, E extends Exception> T run(PreparedStep first, Try<T, E> attempt) throws E {
        firstTriedAt.putIfAbsent(first.name(), System.nanoTime());
        boolean watched = of(first) > 1 && !context.conduct().isPooled();
        if (!watched) {
            return attempt.run();
        }
        BlockerWatch watching = watch != null
                ? watch
                : new BlockerWatch(context.connector(), context.session().backendPid());
        watch = watching;
        watching.begin();
        try {
            return attempt.run();
        } finally {
            watching.end();
        }
    }

    /** Whether the refusal was for the sake of others, and neither tries nor time are used up. */
    boolean mayTryAgain(PreparedStep step, @Nullable String sqlState) {
        long startedAt = firstTriedAt.getOrDefault(step.name(), System.nanoTime());
        return SqlState.mayRunAgain(sqlState)
                && context.lockRetry(step).allows(of(step), Duration.ofNanos(System.nanoTime() - startedAt));
    }

    /** For people: whom its last try waited for, or nothing. */
    String waitedFor(PreparedStep step) {
        List<Blocker> blockers = watch == null || !hasTried(step) ? List.of() : watch.seen();
        return blockers.isEmpty()
                ? ""
                : " It waited for " + blockers.stream().map(Blocker::describe).collect(Collectors.joining("; ")) + ".";
    }

    /** Before the next try. False when the run was cancelled meanwhile. */
    boolean pause(PreparedStep step, Duration pause) {
        attempts.put(step.name(), of(step) + 1);
        if (!context.cancellation().pause(pause)) {
            return false;
        }
        long end = System.nanoTime() + LONGEST_WAIT_OUTSIDE.toNanos();
        while (watch != null && System.nanoTime() < end && watch.areStillThere()) {
            if (!context.cancellation().pause(BETWEEN_LOOKS)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
