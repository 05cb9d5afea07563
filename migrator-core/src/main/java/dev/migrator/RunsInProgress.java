package dev.migrator;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The runs of one migrator, so that another thread can end them. */
final class RunsInProgress {

    private final Set<Cancellation> runs = ConcurrentHashMap.newKeySet();

    /** Why nothing more is begun; null while it is. */
    private volatile @Nullable String stopped;

    <T> T run(Function<Cancellation, T> work) {
        try (Cancellation cancellation = new Cancellation()) {
            runs.add(cancellation);
            try {
                refuseIfStopped();
                return work.apply(cancellation);
            } finally {
                runs.remove(cancellation);
            }
        }
    }

    /** Ends the work when it takes longer than that, whatever it is at; null is without limit. */
    <T> T runWithin(@Nullable Duration timeout, Function<Cancellation, T> work) {
        return run(cancellation -> {
            try (Deadline deadline = new Deadline(timeout, cancellation)) {
                deadline.start();
                return work.apply(cancellation);
            }
        });
    }

    boolean any() {
        return !runs.isEmpty();
    }

    /** A run is in the set before it looks here, so that a stop sees it or is seen. */
    private void refuseIfStopped() {
        String why = stopped;
        if (why != null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INTERRUPTED,
                    "migration run",
                    "Nothing more is begun: stopped " + SafeText.line(why) + ".",
                    "Start again when you want it to go on: what was applied is recorded."));
        }
    }

    /** For good: also what has not begun yet. */
    boolean stop(String why, Duration patience) {
        stopped = why;
        return cancel(why, patience);
    }

    /** All are asked before the first one is waited for. */
    boolean cancel(String why, Duration patience) {
        Set<Cancellation> asked = Set.copyOf(runs);
        asked.forEach(run -> run.request(why, Duration.ZERO));
        boolean ended = true;
        for (Cancellation run : asked) {
            ended &= run.request(why, patience);
        }
        return ended;
    }
}
