package dev.migrator.autoconfigure.phase;

import dev.migrator.instance.Instances;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that this instance is alive: at once when its schema is complete, before it takes traffic, and again and again
 * until all of it has stopped. A service without post-deploy migrations has neither the thread nor the table.
 */
final class InstanceHeartbeat {

    private static final Logger log = LoggerFactory.getLogger(InstanceHeartbeat.class);

    /** One that is silent for so many beats is taken for dead. */
    private static final int BEATS_OF_A_LIFE = 4;

    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(3);

    private final Instances instances;
    private final InstanceRegistry registry;
    private final Duration interval;
    private @Nullable ScheduledExecutorService beats;
    private volatile boolean heard;
    private boolean over;

    InstanceHeartbeat(Instances instances, InstanceRegistry registry, Duration interval) {
        this.instances = instances;
        this.registry = registry;
        this.interval = interval;
    }

    /** @param postDeploy the post-deploy migrations of this release */
    synchronized void begin(Set<String> postDeploy) {
        boolean wanted =
                registry == InstanceRegistry.ALWAYS || registry == InstanceRegistry.AUTO && !postDeploy.isEmpty();
        if (!wanted || over || beats != null) {
            return;
        }
        heard = true;
        beat(postDeploy);
        beats = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "migrator-instance");
            thread.setDaemon(true);
            return thread;
        });
        beats.scheduleWithFixedDelay(
                () -> beat(postDeploy), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whoever can't be heard is told once; to serve is more important than to be counted. */
    private void beat(Set<String> postDeploy) {
        try {
            instances.heartbeat(postDeploy, interval.multipliedBy(BEATS_OF_A_LIFE));
            if (!heard) {
                log.info("This instance is in the registry of instances again");
            }
            heard = true;
        } catch (RuntimeException e) {
            // whatever it is: the executor would never come back after it
            if (heard) {
                Problem why = e instanceof MigratorException known ? known.first() : Problem.unexpected("heartbeat", e);
                log.warn(
                        "This instance can't say that it is alive, so post-deploy migrations would not wait for it: {}",
                        why.text());
                log.debug("The heartbeat failed", e);
            }
            heard = false;
        }
    }

    /** Whoever waits for the end of this release need not wait until it is forgotten. */
    synchronized void end() {
        over = true;
        ScheduledExecutorService running = beats;
        beats = null;
        if (running == null) {
            return;
        }
        running.execute(this::leave);
        running.shutdown();
        try {
            if (!running.awaitTermination(LONGEST_GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() {
        try {
            instances.leave();
        } catch (MigratorException e) {
            log.debug("This instance will be forgotten by itself: {}", e.getMessage());
        }
    }
}
