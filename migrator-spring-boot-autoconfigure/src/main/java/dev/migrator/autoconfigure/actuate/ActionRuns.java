package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/** The runs that were asked for through the endpoint: one at a time, each on a thread of its own; the last ones are kept. */
final class ActionRuns implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(ActionRuns.class);
    private static final int KEPT = 20;

    /** A cancelled statement answers at once; no service waits longer than this for its end. */
    private static final Duration LONGEST_END = Duration.ofSeconds(20);

    private final Migrator migrator;
    private final Map<String, ActionRun> runs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ActionRun> eldest) {
            return size() > KEPT;
        }
    };
    private @Nullable ActionRun last;
    private @Nullable Thread thread;

    ActionRuns(Migrator migrator) {
        this.migrator = migrator;
    }

    /** The one that goes on now. */
    synchronized Optional<ActionRun> current() {
        return Optional.ofNullable(last).filter(run -> !run.hasEnded());
    }

    synchronized Optional<ActionRun> find(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /**
     * False when another one goes on.
     *
     * @param work tells the run how it ended, unless it failed as a whole
     */
    synchronized boolean begin(ActionRun run, Consumer<ActionRun> work) {
        if (current().isPresent()) {
            return false;
        }
        Thread following = new Thread(() -> follow(run, work), "migrator-action");
        following.setDaemon(true);
        // first of all: one that can't be started must not stand there as going on, for ever
        following.start();
        thread = following;
        last = run;
        runs.put(run.id(), run);
        return true;
    }

    private static void follow(ActionRun run, Consumer<ActionRun> work) {
        try {
            work.accept(run);
        } catch (MigratorException e) {
            log.error("The run {} of the endpoint failed: {}", run.id(), e.getMessage());
            run.failed(e.problems());
        } catch (RuntimeException | Error e) {
            log.error("The run {} of the endpoint failed", run.id(), e);
            run.failed(List.of(unexpected(e)));
        }
    }

    /** Its text is for the log alone: nobody knows what it holds. */
    private static Problem unexpected(Throwable thrown) {
        return Problem.error(
                ProblemCode.UNEXPECTED,
                "migration run",
                "It ended with an exception that nobody expected: "
                        + thrown.getClass().getName() + ".",
                "See the log of the service.");
    }

    /**
     * The service stops: what runs is rolled back and recorded, and its connection is given back; a run that was just about
     * to begin does not begin.
     */
    @Override
    public void destroy() throws InterruptedException {
        Thread running = running();
        if (running != null && running.isAlive()) {
            migrator.stop("because the service stops");
            running.join(LONGEST_END.toMillis());
        }
    }

    private synchronized @Nullable Thread running() {
        return thread;
    }
}
