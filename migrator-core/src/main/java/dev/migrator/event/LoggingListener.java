package dev.migrator.event;

import dev.migrator.problem.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line for each thing that a person wants to find in the log of a start. Run and migration are in the MDC of each line
 * ({@link LogContext}); numbers are its key-values. No name is in both: a structured log would have it twice.
 */
public final class LoggingListener implements MigrationListener {

    private static final Logger log = LoggerFactory.getLogger("dev.migrator");

    /** Another session's steps are its own log's affair; here they say that waiting makes sense. */
    private static final Duration BETWEEN_LINES_OF_OTHERS = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LINES_OF_A_BUILD = Duration.ofSeconds(10);

    private volatile @Nullable Long followedAt;
    private volatile @Nullable Long builtAt;

    @Override
    @SuppressWarnings("try") // the context is there to be closed
    public void on(MigrationEvent event) {
        try (LogContext line = LogContext.of(event)) {
            log(event);
        }
    }

    private void log(MigrationEvent event) {
        switch (kind(event)) {
            case WAITING -> waiting(event);
            case FOLLOWING -> following((MigrationEvent.Following) event);
            case BUILDING -> building((MigrationEvent.IndexBuilding) event);
            case STEP -> step(event);
            case RUN -> run(event);
            case ROLLBACK -> rollback(event);
        }
    }

    private enum Kind {
        WAITING,
        FOLLOWING,
        BUILDING,
        STEP,
        RUN,
        ROLLBACK
    }

    private static Kind kind(MigrationEvent event) {
        if (event instanceof MigrationEvent.LockWaiting
                || event instanceof MigrationEvent.ConnectionRetried
                || event instanceof MigrationEvent.Noted) {
            return Kind.WAITING;
        }
        if (event instanceof MigrationEvent.IndexBuilding) {
            return Kind.BUILDING;
        }
        if (event instanceof MigrationEvent.Following) {
            return Kind.FOLLOWING;
        }
        if (event instanceof MigrationEvent.RollbackStarted || event instanceof MigrationEvent.RollbackCompleted) {
            return Kind.ROLLBACK;
        }
        return event instanceof MigrationEvent.RunStarted || event instanceof MigrationEvent.RunCompleted
                ? Kind.RUN
                : Kind.STEP;
    }

    private static void waiting(MigrationEvent event) {
        if (event instanceof MigrationEvent.LockWaiting waiting) {
            log.info("Waiting for another session that migrates: {}", waiting.holder());
        } else if (event instanceof MigrationEvent.ConnectionRetried retried) {
            log.warn(
                    "{} Trying again in {} ms.",
                    retried.problem().text(),
                    retried.pause().toMillis());
        } else if (event instanceof MigrationEvent.Noted noted) {
            log.atLevel(level(noted.problem())).log(noted.problem().text());
        }
    }

    private void building(MigrationEvent.IndexBuilding event) {
        long now = System.nanoTime();
        Long before = builtAt;
        if (before == null || now - before >= BETWEEN_LINES_OF_A_BUILD.toNanos()) {
            builtAt = now;
            log.info("{} builds its index: {}", event.migration(), event.progress());
        }
    }

    private void following(MigrationEvent.Following event) {
        long now = System.nanoTime();
        Long before = followedAt;
        if (before == null || now - before >= BETWEEN_LINES_OF_OTHERS.toNanos()) {
            followedAt = now;
            log.info(
                    "The other session has {} of {} migrations done{}",
                    event.applied().size(),
                    event.planned().size(),
                    event.current() == null ? "" : " and works on " + event.current());
        }
    }

    private static void run(MigrationEvent event) {
        if (event instanceof MigrationEvent.RunStarted started) {
            log.info("Migrating: {} pending", started.planned().size());
        } else if (event instanceof MigrationEvent.RunCompleted completed) {
            log.atLevel(levelOfEnd(completed.notTried(), completed.stopped()))
                    .addKeyValue("durationMs", completed.duration().toMillis())
                    .addKeyValue("applied", completed.applied())
                    .addKeyValue("failed", completed.failed())
                    .log(
                            "Migrated in {} ms. Applied: {}, Failed: {}{}",
                            completed.duration().toMillis(),
                            completed.applied(),
                            completed.failed(),
                            leftOut(completed.notTried(), completed.stopped()));
        }
    }

    private static void rollback(MigrationEvent event) {
        if (event instanceof MigrationEvent.RollbackStarted started) {
            log.warn("Rolling back: {}", started.planned());
        } else if (event instanceof MigrationEvent.RollbackCompleted completed) {
            log.atLevel(levelOfEnd(completed.notTried(), completed.stopped()))
                    .addKeyValue("durationMs", completed.duration().toMillis())
                    .addKeyValue("rolledBack", completed.rolledBack())
                    .addKeyValue("failed", completed.failed())
                    .log(
                            "Rolled back in {} ms. Taken back: {}, Failed: {}{}",
                            completed.duration().toMillis(),
                            completed.rolledBack(),
                            completed.failed(),
                            leftOut(completed.notTried(), completed.stopped()));
        }
    }

    private static Level levelOfEnd(int notTried, @Nullable Problem stopped) {
        return notTried > 0 || stopped != null ? Level.WARN : Level.INFO;
    }

    /** Most problems name the place in the file; one that names the migration itself need not do so twice. */
    private static String reason(MigrationEvent.MigrationFailed failed) {
        String name = failed.migration().value();
        String text = failed.problem().text();
        return failed.problem().subject().equals(name) ? text.substring(name.length()) : ". " + text;
    }

    private static String leftOut(int notTried, @Nullable Problem stopped) {
        return (notTried > 0 ? ", Not tried: " + notTried : "") + (stopped == null ? "" : ". " + stopped.text());
    }

    private static void step(MigrationEvent event) {
        if (event instanceof MigrationEvent.MigrationStarted started) {
            log.debug("Starting {} (try {})", started.migration(), started.attempt());
        } else if (event instanceof MigrationEvent.MigrationProgressed progressed) {
            log.info("{}: {}", progressed.migration(), progressed.progress().text());
        } else if (event instanceof MigrationEvent.MigrationCompleted completed) {
            log.atInfo()
                    .addKeyValue("durationMs", completed.duration().toMillis())
                    .log(
                            "Applied {} in {} ms",
                            completed.migration(),
                            completed.duration().toMillis());
        } else if (event instanceof MigrationEvent.MigrationRolledBack back) {
            log.atInfo()
                    .addKeyValue("durationMs", back.duration().toMillis())
                    .log(
                            "Took back {} in {} ms",
                            back.migration(),
                            back.duration().toMillis());
        } else if (event instanceof MigrationEvent.MigrationRetried retried) {
            log.warn(
                    "{} was rolled back for the sake of others and is tried again in {} ms. {}",
                    retried.migration(),
                    retried.pause().toMillis(),
                    retried.problem().text());
        } else if (event instanceof MigrationEvent.MigrationFailed failed) {
            log.error("{} failed{}", failed.migration(), reason(failed));
        }
    }

    private static Level level(Problem problem) {
        return switch (problem.severity()) {
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
