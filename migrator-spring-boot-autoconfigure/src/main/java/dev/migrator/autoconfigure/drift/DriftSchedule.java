package dev.migrator.autoconfigure.drift;

import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.problem.MigratorException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks for drift from time to time, on a daemon thread of its own: the application's schedulers have other work, and are
 * held back until the schema is complete. Instances that were started together look at different moments.
 */
final class DriftSchedule implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DriftSchedule.class);

    private static final Duration UNTIL_MIGRATED = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A tenth of the interval, earlier or later. */
    private static final double SPREAD = 0.1;

    private final DriftCheck check;
    private final MigrationActivity activity;
    /** Zero is never. */
    private final Duration interval;

    private CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    DriftSchedule(DriftCheck check, MigrationActivity activity, Duration interval) {
        this.check = check;
        this.activity = activity;
        this.interval = interval;
    }

    /** Where no start migrates, the database is somebody else's matter. */
    @Override
    public boolean isAutoStartup() {
        return !interval.isZero() && activity.snapshot().phase() != Phase.UNKNOWN;
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        CountDownLatch stop = new CountDownLatch(1);
        stopped = stop;
        thread = new Thread(() -> lookAgainAndAgain(stop), "migrator-drift");
        thread.setDaemon(true);
        thread.start();
    }

    private void lookAgainAndAgain(CountDownLatch stop) {
        try {
            Duration pause = interval.dividedBy(10);
            while (!stop.await(spread(pause).toMillis(), TimeUnit.MILLISECONDS)) {
                pause = isMigrating() ? shorter(UNTIL_MIGRATED, interval) : look(stop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration look(CountDownLatch stop) {
        try {
            check.check();
        } catch (MigratorException e) {
            if (stop.getCount() > 0) {
                log.warn(
                        "It could not be seen whether the schema was changed: {}",
                        e.first().text());
            }
        }
        return interval;
    }

    private boolean isMigrating() {
        Phase phase = activity.snapshot().phase();
        return phase == Phase.PENDING || phase == Phase.RUNNING;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration spread(Duration pause) {
        double part = 1 + SPREAD * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofMillis(Math.max(1, (long) (pause.toMillis() * part)));
    }

    /** Returns when its connection is given back. */
    @Override
    public void stop() {
        Thread looking = ended();
        if (looking == null) {
            return;
        }
        try {
            looking.join(PATIENCE.toMillis());
            if (looking.isAlive()) {
                check.migrator().cancel("because the service stops");
                looking.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread ended() {
        stopped.countDown();
        Thread looking = thread;
        thread = null;
        return looking;
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }
}
