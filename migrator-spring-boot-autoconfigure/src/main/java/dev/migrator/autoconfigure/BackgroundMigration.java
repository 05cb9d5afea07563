package dev.migrator.autoconfigure;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates beside a service that is ready already. A failure never ends the process: health and the endpoint tell it. What
 * time can mend (a database that is away, a standby before its promotion, another node that holds the lock) is tried again
 * until the service stops; a migration that fails is not: it would fail again.
 */
final class BackgroundMigration {

    private static final Logger log = LoggerFactory.getLogger(BackgroundMigration.class);

    private static final Set<ProblemCode> PASSING =
            EnumSet.of(ProblemCode.CONNECTION, ProblemCode.READ_ONLY, ProblemCode.LOCK_TIMEOUT, ProblemCode.LOCK_LOST);

    /** A cancelled statement answers at once; no service waits longer than this for its end. */
    private static final Duration LONGEST_END = Duration.ofSeconds(20);

    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private final StartupMigration migration;
    private final Duration pause;
    private CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    BackgroundMigration(StartupMigration migration, Duration pause) {
        this.migration = migration;
        this.pause = pause;
    }

    synchronized void start() {
        CountDownLatch stop = new CountDownLatch(1);
        stopped = stop;
        thread = new Thread(() -> migrate(stop), "migrator-background");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns whether it was done already; if not, a later start goes on. */
    synchronized boolean stop() {
        Thread running = thread;
        stopped.countDown();
        if (running == null || !running.isAlive()) {
            return true;
        }
        long end = System.nanoTime() + LONGEST_END.toNanos();
        try {
            // a run that was just about to begin hears only the next request
            while (running.isAlive() && System.nanoTime() < end) {
                migration.cancel();
                running.join(ASK_AGAIN.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void migrate(CountDownLatch stop) {
        boolean again = true;
        while (again && stop.getCount() > 0) {
            try {
                migration.runOrThrow();
                again = false;
            } catch (MigratorException e) {
                again = isPassing(e);
                if (again) {
                    again = waits(stop, e.first());
                } else if (stop.getCount() > 0) {
                    migration.goOnAfter(e);
                }
            } catch (RuntimeException | Error e) {
                again = false;
                log.error("The service goes on, with its health down: its migrations ended with an exception.", e);
            }
        }
    }

    private static boolean isPassing(MigratorException e) {
        return e.problems().stream().allMatch(problem -> PASSING.contains(problem.code()));
    }

    /** False when the service stops meanwhile. */
    private boolean waits(CountDownLatch stop, Problem problem) {
        log.warn("The next try follows in {} ms. {}", pause.toMillis(), problem.text());
        try {
            return !stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
