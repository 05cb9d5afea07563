package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Lookout;
import dev.migrator.postgres.Session;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how long a client waits for a server that is gone. Keep-alive finds that out for a connection at rest; but a
 * request that was sent into the void is sent again and again by the operating system, for a quarter of an hour, and a
 * migration may run for hours, so that no limit for its answer would be right. So when nothing was sent for a while, the
 * server is asked through another connection, closed again at once, whether it still has this session. It is cut when the
 * server says no, or does not say anything several times in a row; whatever else the server says is a sign of life.
 *
 * <p>A lease needs none: its {@link Heartbeat} does the same more often.
 */
final class SilenceWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SilenceWatch.class);
    private static final Duration ENDING = Duration.ofSeconds(1);

    /**
     * How long is long.
     *
     * @param silence after which the server is asked, and asked again
     * @param answer how long it may take to answer; also the pause before it is asked again after it did not
     * @param questions how many in a row must be without an answer
     */
    record Patience(Duration silence, Duration answer, int questions) {

        /** Two minutes at the most; half a minute, as for keep-alive, is too short to give up an hour's work. */
        static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(10), 3);
    }

    private enum Sign {
        LIFE,
        SESSION_GONE,
        NONE
    }

    private final Session working;
    private final Connector connector;
    private final Patience patience;
    private final Lookout lookout;

    SilenceWatch(Session working, Connector connector) {
        this(working, connector, Patience.USUAL);
    }

    SilenceWatch(Session working, Connector connector, Patience patience) {
        this.working = working;
        this.connector = connector.towards(working).withConnectTimeout(patience.answer());
        this.patience = patience;
        this.lookout = Lookout.start("migrator-silence", this::watch);
    }

    private void watch(Lookout self) throws InterruptedException {
        int unanswered = 0;
        long seen = working.activity();
        while (self.pause(unanswered == 0 ? patience.silence() : patience.answer()) && !working.isLost()) {
            Sign sign = working.activity() == seen ? ask() : Sign.LIFE;
            seen = working.activity();
            unanswered = sign == Sign.NONE ? unanswered + 1 : 0;
            if (self.isOver()) {
                return;
            }
            if (sign == Sign.SESSION_GONE) {
                cut("the server does not know its session any more");
            } else if (unanswered >= patience.questions()) {
                cut("the server does not answer, on another connection neither, " + unanswered + " times");
            }
        }
    }

    private Sign ask() {
        long askedAt = System.nanoTime();
        try (Session other = connector.open()) {
            other.limitAnswers(patience.answer());
            boolean known = other.queryOne(
                    "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = ?)",
                    row -> row.getBoolean(1),
                    working.backendPid());
            return known ? Sign.LIFE : Sign.SESSION_GONE;
        } catch (SQLException e) {
            Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
            if (isSilence(e, took)) {
                log.warn(
                        "The server has said nothing for {} s, and does not answer another connection: {}",
                        patience.silence().toSeconds(),
                        e.getMessage());
                return Sign.NONE;
            }
            log.debug("The server lives, but does not tell about this session", e);
            return Sign.LIFE;
        }
    }

    /** A refusal comes at once, whoever refuses; what takes all the time is nobody's answer. */
    private boolean isSilence(SQLException e, Duration took) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean unreachable = cause instanceof NoRouteToHostException
                    || cause instanceof ConnectException
                            && String.valueOf(cause.getMessage()).contains("unreachable");
            if (unreachable) {
                return true;
            }
        }
        boolean lost = e.getSQLState() != null && e.getSQLState().startsWith("08");
        return lost && took.compareTo(patience.answer().dividedBy(2)) >= 0;
    }

    private void cut(String why) {
        log.warn("The connection is cut: {}. What was committed is in the history.", why);
        try {
            working.abort();
        } catch (SQLException e) {
            log.warn("The connection could not be cut", e);
        }
    }

    /** Nothing of it outlives the run, but for a question that a silent server does not answer. */
    @Override
    public void close() {
        lookout.end(ENDING);
    }
}
