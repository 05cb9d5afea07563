package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Lookout;
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

    /** Half of what {@link Connector} lets a session be idle. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final LeaseTable table;
    private final LeaseTable.Claim claim;
    private final Duration lease;
    private final Session working;
    private final Connector connector;
    private final Lookout lookout;

    /** By this machine's clock, from before the server was asked: never later than what the server reckons with. */
    private long renewedAt;

    private @Nullable Session own;

    /** @param askedAt when the lease was asked for, by {@link System#nanoTime()} */
    record Source(Connector connector, long askedAt) {}

    Heartbeat(LeaseTable table, LeaseTable.Claim claim, LeaseLock.Settings settings, Session working, Source source) {
        this.table = table;
        this.claim = claim;
        this.lease = settings.lease();
        this.working = working;
        this.connector = source.connector().withConnectTimeout(patience());
        this.renewedAt = source.askedAt();
        this.lookout = Lookout.start("migrator-heartbeat", this::beat);
    }

    /** A fifth of the lease; not so long that the server ends the connection for being idle. */
    static Duration betweenBeats(Duration lease) {
        Duration fifth = lease.dividedBy(5);
        return fifth.compareTo(LONGEST_PAUSE) < 0 ? fifth : LONGEST_PAUSE;
    }

    /** How long one try may take; also what must be left of the lease when the working session is cut. */
    private Duration patience() {
        return lease.dividedBy(5);
    }

    private void beat(Lookout self) throws InterruptedException {
        while (self.pause(betweenBeats(lease))) {
            if (working.isLost()) {
                return; // nobody works under it any more: it may end, also where nobody gives it back
            }
            renew();
            if (silentFor().compareTo(lease.minus(patience())) >= 0) {
                cut("it could not be renewed for " + silentFor().toMillis() + " ms");
                return;
            }
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
        lookout.end(patience().multipliedBy(2));
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
