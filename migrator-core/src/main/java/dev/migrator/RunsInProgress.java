package dev.migrator;

import dev.migrator.stop.Cancellation;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The runs of one migrator, so that another thread can end them. */
final class RunsInProgress {

    private final Set<Cancellation> runs = ConcurrentHashMap.newKeySet();

    <T> T run(Function<Cancellation, T> work) {
        try (Cancellation cancellation = new Cancellation()) {
            runs.add(cancellation);
            try {
                return work.apply(cancellation);
            } finally {
                runs.remove(cancellation);
            }
        }
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
