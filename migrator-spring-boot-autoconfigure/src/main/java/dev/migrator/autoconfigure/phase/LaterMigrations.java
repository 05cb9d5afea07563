package dev.migrator.autoconfigure.phase;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.autoconfigure.phase.LaterState.Step;
import dev.migrator.directive.Phase;
import dev.migrator.execute.RunReport;
import dev.migrator.plan.Phases;
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
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Runs what the start has left, once the application is ready: background migrations and what waited for them, and
 * post-deploy ones when no older release is alive. One instance does it, under a lock that no start waits for; the others
 * ask now and then. A failure is told and ends nothing: the service runs on the schema that it needs.
 */
public final class LaterMigrations
        implements ApplicationListener<ApplicationReadyEvent>, SmartLifecycle, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(LaterMigrations.class);

    private static final Set<ProblemCode> PASSING = EnumSet.of(
            ProblemCode.CONNECTION,
            ProblemCode.READ_ONLY,
            ProblemCode.LOCK_TIMEOUT,
            ProblemCode.LOCK_LOST,
            ProblemCode.OLDER_INSTANCES);

    /** A cancelled statement answers at once, a batch within seconds; no service waits longer than this for its end. */
    private static final Duration LONGEST_END = Duration.ofSeconds(20);

    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private final Migrator migrator;
    private final Settings settings;
    private final InstanceHeartbeat heartbeat;
    private volatile LaterState state = LaterState.NOTHING;
    private boolean ready;
    private boolean running;
    private CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    /**
     * How it is done.
     *
     * @param migrates whether this service migrates at all
     * @param pause between two tries
     * @param heartbeat how often this instance says that it is alive
     * @param settling how long a registry must have been there, in a database that is older than it, before nobody but
     *     its instances is taken to be alive
     */
    public record Settings(
            boolean migrates, Duration pause, InstanceRegistry registry, Duration heartbeat, Duration settling) {}

    public LaterMigrations(Migrator migrator, Settings settings) {
        this.migrator = migrator;
        this.settings = settings;
        this.heartbeat = new InstanceHeartbeat(migrator.instances(), settings.registry(), settings.heartbeat());
    }

    /** From memory: whoever asks does not wait. */
    public LaterState state() {
        return state;
    }

    public boolean migrates() {
        return settings.migrates();
    }

    /** The schema is what the service needs; this is what is left. Whoever is at work on that already sees it himself. */
    public void schemaIsComplete(Phases phases) {
        heartbeat.begin(phases.postDeploy());
        synchronized (this) {
            if (!isIdle()) {
                return;
            }
            Step step = settings.migrates() ? Step.WAITING : Step.NOT_HERE;
            state = phases.left().isEmpty() ? LaterState.NOTHING : new LaterState(step, phases.left(), null);
        }
        phases.left().forEach(left -> log.info("Left for later: {} {}", left.name(), left.remark()));
        begin();
    }

    /** The service takes traffic all the same: what a newer release takes away has to wait for it. */
    public void schemaIsIncomplete(Phases phases) {
        heartbeat.begin(phases.postDeploy());
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        synchronized (this) {
            ready = true;
        }
        begin();
    }

    private synchronized void begin() {
        if (ready && running && isIdle() && state.step() == Step.WAITING) {
            CountDownLatch stop = new CountDownLatch(1);
            stopped = stop;
            thread = new Thread(() -> work(stop), "migrator-later");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private synchronized boolean isIdle() {
        return thread == null || !thread.isAlive();
    }

    /** The last word of whoever was at work: from now on another one may begin. */
    private synchronized void end(LaterState last) {
        state = last;
        thread = null;
    }

    private void work(CountDownLatch stop) {
        ProblemCode told = null;
        try {
            while (stop.getCount() > 0 && !attempt()) {
                Problem why = state.problem();
                if (why != null && why.code() != told) {
                    told = why.code();
                    log.info(
                            "Migrations of later phases wait, and are tried again every {} ms. {}",
                            settings.pause().toMillis(),
                            why.text());
                }
                stop.await(settings.pause().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is nothing more to try. */
    private boolean attempt() {
        state = state.now(Step.RUNNING, null);
        try {
            RunReport report =
                    migrator.migrate(MigrateOptions.ALL.withoutWaiting()).orThrow();
            state = new LaterState(Step.RUNNING, report.phases().left(), null);
            while (!report.phases().ready(Phase.POST_DEPLOY).isEmpty()) {
                refuseUnseen();
                migrator.migrate(
                                MigrateOptions.phases(Set.of(Phase.POST_DEPLOY)).withoutWaiting())
                        .orThrow();
                report = migrator.migrate(MigrateOptions.ALL.withoutWaiting()).orThrow();
                state = new LaterState(Step.RUNNING, report.phases().left(), null);
            }
            boolean done = report.phases().left().isEmpty();
            if (done) {
                end(LaterState.NOTHING);
                log.info("Nothing is left for later any more");
            } else {
                state = state.now(Step.WAITING, null);
            }
            return done;
        } catch (MigratorException e) {
            boolean passing = e.problems().stream().allMatch(problem -> PASSING.contains(problem.code()));
            boolean interrupted = stopped.getCount() == 0;
            if (passing || interrupted) {
                state = state.now(Step.WAITING, e.first());
            } else {
                end(state.now(Step.FAILED, e.first()));
                log.error(
                        "A migration of a later phase failed. The service goes on with the schema that it needs; the next"
                                + " start tries it again. {}",
                        e.first().text());
            }
            return !passing;
        } catch (RuntimeException | Error e) {
            end(state.now(Step.FAILED, Problem.unexpected("migration run", e)));
            log.error("Migrations of later phases ended with an exception. The service goes on", e);
            return true;
        }
    }

    /** Releases that began before there was a registry are not in it. */
    private void refuseUnseen() {
        Duration age = settings.registry() == InstanceRegistry.AUTO
                ? migrator.instances().ageInOlderDatabase()
                : null;
        if (age != null && age.compareTo(settings.settling()) < 0) {
            throw new MigratorException(Problem.error(
                    ProblemCode.OLDER_INSTANCES,
                    "registry of instances",
                    "It is " + age.toSeconds()
                            + " s old, and instances of releases before it are not in it: post-deploy"
                            + " migrations wait until it is "
                            + settings.settling().toSeconds() + " s old.",
                    "Wait; or, when no older release runs any more: migrate --phase=post-deploy. With"
                            + " migrator.instances.registry=always one release before, nobody waits for this."));
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        begin();
    }

    @Override
    public void stop() {
        Thread worker;
        synchronized (this) {
            running = false;
            stopped.countDown();
            worker = thread;
        }
        long end = System.nanoTime() + LONGEST_END.toNanos();
        try {
            // a run that was just about to begin hears only the next request
            while (worker != null && worker.isAlive() && System.nanoTime() < end) {
                migrator.cancel("because the service stops");
                worker.join(ASK_AGAIN.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not before everything has stopped: an instance that still answers its last requests is alive. */
    @Override
    public void destroy() {
        heartbeat.end();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    /** Begins with the last and ends with the first: its work is cut short before what others need goes. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
