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
    private final Map<String, Long> refusedAt = new HashMap<>();
    private @Nullable BlockerWatch watch;
    private boolean wasWatched;
    private String watched = "";
    private long triedAt;
    private boolean hasWorkedForLong;
    private List<Blocker> lastSeen = List.of();

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
        // a try that worked for longer than any pause is too dear to be given up for a moment in the queue
        boolean atOnce = hasWorkedForLong && hasTried(step);
        long millis = LADDER[Math.min(of(step), LADDER.length) - 1];
        return atOnce ? setting : Duration.ofMillis(Math.min(millis, setting.toMillis()));
    }

    /**
     * For a statement of a file that goes step by step; what the file has set for itself stays.
     *
     * @param local for its transaction only, not for the session
     */
    String lockTimeoutUnlessTheFileHasSetOne(PreparedStep step, boolean local) {
        String millis = Long.toString(lockTimeout(step).toMillis());
        if (step.directives().lockTimeout() != null) {
            return (local ? "SET LOCAL" : "SET") + " lock_timeout = " + millis;
        }
        return "SELECT pg_catalog.set_config('lock_timeout', '" + millis + "', " + local + ")"
                + " WHERE pg_catalog.current_setting('lock_timeout')::pg_catalog.interval = pg_catalog.make_interval(secs"
                + " => " + context.settings().lockTimeout().toMillis() + " / 1000.0)";
    }

    /** One try. */
    interface Try<T, E extends Exception> {
        T run() throws E;
    }

    /** @param first which is refused if one of several is */
    <T, E extends Exception> T run(PreparedStep first, Try<T, E> attempt) throws E {
        begin(first);
        try {
            return attempt.run();
        } finally {
            end();
        }
    }

    /** A try leaves now. From the second one on it is seen who is in the way. */
    void begin(PreparedStep step) {
        if (!watched.equals(step.name())) {
            watched = step.name();
            lastSeen = List.of();
        }
        triedAt = System.nanoTime();
        wasWatched = of(step) > 1 && !context.conduct().isPooled();
        if (wasWatched) {
            BlockerWatch watching = watch != null
                    ? watch
                    : new BlockerWatch(context.connector(), context.session().backendPid());
            watch = watching;
            watching.begin();
        }
    }

    void end() {
        if (watch != null) {
            watch.end();
            // a short try may end before anybody has looked: then those before it are the best that is known
            lastSeen = wasWatched && !watch.seen().isEmpty() ? watch.seen() : lastSeen;
        }
    }

    /** What comes next in the script begins with a first try. */
    void forget(PreparedStep step) {
        attempts.remove(step.name());
        refusedAt.remove(step.name());
        lastSeen = List.of();
    }

    Duration nextPause(PreparedStep step) {
        return context.lockRetry(step).pauseAfter(of(step));
    }

    /** Whether the refusal was for the sake of others, and neither tries nor the time since the first one are used up. */
    boolean mayTryAgain(PreparedStep step, @Nullable String sqlState) {
        return SqlState.mayRunAgain(sqlState) && context.lockRetry(step).allows(of(step), sinceRefused(step));
    }

    private Duration sinceRefused(PreparedStep step) {
        long now = System.nanoTime();
        Long first = refusedAt.putIfAbsent(step.name(), now);
        return Duration.ofNanos(first == null ? 0 : now - first);
    }

    /** Whom the last try waited for that was seen. */
    List<Blocker> blockers() {
        if (watch == null || !wasWatched) {
            return List.of();
        }
        List<Blocker> seen = watch.seen();
        return seen.isEmpty() ? lastSeen : seen;
    }

    /** For people: whom the last try waited for, or nothing. */
    String waitedFor() {
        List<Blocker> blockers = blockers();
        return blockers.isEmpty()
                ? ""
                : " It waited for " + blockers.stream().map(Blocker::describe).collect(Collectors.joining("; ")) + ".";
    }

    /** Before the next try. False when the run was cancelled meanwhile. */
    boolean pause(PreparedStep step, Duration pause) {
        long startedAt = System.nanoTime();
        hasWorkedForLong = watched.equals(step.name())
                && startedAt - triedAt >= context.lockRetry(step).longest().toNanos();
        attempts.put(step.name(), of(step) + 1);
        if (!context.cancellation().pause(pause)) {
            return false;
        }
        BlockerWatch watching = watch;
        if (!wasWatched || watching == null) {
            return true;
        }
        Duration paused = Duration.ofNanos(System.nanoTime() - startedAt);
        long end =
                System.nanoTime() + longestWaitOutside(step, watching, paused).toNanos();
        while (System.nanoTime() < end && watching.areStillThere()) {
            if (!context.cancellation().pause(BETWEEN_LOOKS)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A client that is seen to hold the table's lock is waited for patiently, without a place in the queue. Behind others
     * it is tried sooner: vacuuming gives way only to those who queue. The pause counts: the server ends a session that is
     * idle for too long, and those who wait for the lock count the time in which nothing is tried.
     */
    private Duration longestWaitOutside(PreparedStep step, BlockerWatch watching, Duration paused) {
        RetryPolicy retry = context.lockRetry(step);
        Duration patience = retry.longest().minus(paused);
        Duration longest = watching.seesClientsHoldingATable() && patience.compareTo(LONGEST_WAIT_OUTSIDE) > 0
                ? patience
                : LONGEST_WAIT_OUTSIDE;
        Duration total = retry.total();
        if (total == null) {
            return longest;
        }
        Duration left = total.minus(sinceRefused(step));
        return left.compareTo(longest) < 0 ? left : longest;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
