package dev.migrator.autoconfigure;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates beside a service that is ready already. A failure never ends the process: health and the endpoint tell it. What
 * time can mend (a database that is away, another node that holds the lock) is tried again until the service stops; a
 * migration that fails is not: it would fail again.
 */
final class BackgroundMigration {

    private static final Logger log = LoggerFactory.getLogger(BackgroundMigration.class);

    private static final Set<ProblemCode> PASSING =
            EnumSet.of(ProblemCode.CONNECTION, ProblemCode.LOCK_TIMEOUT, ProblemCode.LOCK_LOST);

    private final StartupMigration migration;
    private final Duration pause;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = new Thread(this::migrate, "migrator-background");

    BackgroundMigration(StartupMigration migration, Duration pause) {
        this.migration = migration;
        this.pause = pause;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when the thread has given up its connection, or when the caller is interrupted. */
    void stop() {
        stopped.countDown();
        if (!thread.isAlive()) {
            return;
        }
        migration.cancel();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void migrate() {
        boolean again = true;
        while (again) {
            try {
                migration.runOrThrow();
                again = false;
            } catch (MigratorException e) {
                again = isPassing(e) && waits(e.first());
                if (!again) {
                    StartupMigration.tell(e);
                }
            }
        }
    }

    private static boolean isPassing(MigratorException e) {
        return e.problems().stream().allMatch(problem -> PASSING.contains(problem.code()));
    }

    /** False when the service stops meanwhile. */
    private boolean waits(Problem problem) {
        if (stopped.getCount() == 0) {
            return false;
        }
        log.warn("The next try follows in {} ms. {}", pause.toMillis(), problem.text());
        try {
            return !stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
