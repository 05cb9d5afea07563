package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a lease through a connection of its own, which it opens at the first beat: a short run needs none. When it can't
 * renew in time it cuts the working session, before the lease ends and another node begins; what that session sends later
 * is refused by the {@link LeaseTable#guard guard}.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final LeaseTable table;
    private final LeaseTable.Claim claim;
    private final Duration lease;
    private final Session working;
    private final Connector connector;
    private final Object change = new Object();
    private final Thread thread;

    /** By this machine's clock, from before the server was asked: never later than what the server reckons with. */
    private long renewedAt;

    private @Nullable Session own;
    private boolean stopped;

    /** @param askedAt when the lease was asked for, by {@link System#nanoTime()} */
    record Source(Connector connector, long askedAt) {}

    Heartbeat(LeaseTable table, LeaseTable.Claim claim, LeaseLock.Settings settings, Session working, Source source) {
        this.table = table;
        this.claim = claim;
        this.lease = settings.lease();
        this.working = working;
        this.connector = source.connector().withConnectTimeout(patience());
        this.renewedAt = source.askedAt();
        this.thread = new Thread(this::beat, "migrator-heartbeat");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** How long one try may take; also what must be left of the lease when the working session is cut. */
    private Duration patience() {
        return lease.dividedBy(5);
    }

    private void beat() {
        try {
            while (pause()) {
                if (working.isLost()) {
                    return; // nobody works under it any more: it may end, also where nobody gives it back
                }
                renew();
                if (silentFor().compareTo(lease.minus(patience())) >= 0) {
                    cut("it could not be renewed for " + silentFor().toMillis() + " ms");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when it is over. */
    private boolean pause() throws InterruptedException {
        long end = System.nanoTime() + lease.dividedBy(5).toNanos();
        synchronized (change) {
            while (!stopped && end - System.nanoTime() > 0) {
                change.wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            return !stopped;
        }
    }

    private Duration silentFor() {
        return Duration.ofNanos(System.nanoTime() - renewedAt);
    }

    private void renew() {
        long askedAt = System.nanoTime();
        try {
            if (table.renew(session(), claim, working.activity(), lease)) {
                renewedAt = askedAt;
            } else {
                // the server says so: nothing is left of the lease
                renewedAt = askedAt - lease.toNanos();
            }
        } catch (SQLException e) {
            log.warn("The lease of the migration lock could not be renewed this time: {}", e.getMessage());
            abandonOwn();
        }
    }

    private Session session() throws SQLException {
        Session open = own;
        if (open == null || open.isLost()) {
            open = connector.open();
            open.limitAnswers(patience());
            own = open;
        }
        return open;
    }

    private void cut(String why) {
        log.warn("The lease of the migration lock is given up, and the working connection cut: {}.", why);
        try {
            working.abort();
        } catch (SQLException e) {
            log.warn("The working connection could not be cut", e);
        }
    }

    private void abandonOwn() {
        Session open = own;
        own = null;
        if (open != null) {
            try {
                open.abort();
            } catch (SQLException e) {
                log.debug("The heartbeat's connection could not be cut", e);
            }
        }
    }

    /** Ends the beating; what is under way takes no longer than a try. */
    void stop() {
        synchronized (change) {
            stopped = true;
            change.notifyAll();
        }
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(patience().multipliedBy(2).toMillis() + 1);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** After {@link #stop()}. */
    boolean release() throws SQLException {
        return table.release(session(), claim);
    }

    @Override
    public void close() throws SQLException {
        Session open = own;
        own = null;
        if (open != null) {
            open.close();
        }
    }
}
