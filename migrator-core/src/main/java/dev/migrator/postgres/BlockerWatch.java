package dev.migrator.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees, through a connection of its own, whom a session waits for while its message is under way; and later, whether their
 * transactions are still open. It only ever looks. Without a second connection it sees nobody, and nothing else changes.
 *
 * <p>Used by one thread; a thread of its own does the looking between {@link #begin} and {@link #end}.
 */
public final class BlockerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BlockerWatch.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A look is three questions. */
    private static final Duration ENDING = PATIENCE.multipliedBy(4);

    /** Every transaction holds its own number; {@code pg_locks} shows that to any role. */
    private static final String TRANSACTIONS = """
            SELECT l.virtualtransaction
              FROM pg_catalog.pg_locks l
             WHERE l.locktype = 'virtualxid' AND l.granted AND l.virtualxid = l.virtualtransaction
               AND l.pid = ANY (pg_catalog.string_to_array(?, ',')::pg_catalog.int4[])""";

    private static final String STILL_OPEN = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                 WHERE l.locktype = 'virtualxid' AND l.granted
                   AND l.virtualxid = ANY (pg_catalog.string_to_array(?, ',')))""";

    /** The table whose lock it waits for; other locks are no relation's. */
    private static final String AWAITED = """
            SELECT l.relation::pg_catalog.int8
              FROM pg_catalog.pg_locks l
             WHERE l.pid = ? AND NOT l.granted AND l.locktype = 'relation'""";

    /** An open transaction may have given the lock back; and who stands before us in the queue is in the way too. */
    private static final String STILL_HELD = """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                 WHERE l.locktype = 'relation' AND l.relation = ?::pg_catalog.int8::pg_catalog.oid
                   AND l.virtualtransaction = ANY (pg_catalog.string_to_array(?, ',')))""";

    private final Connector connector;
    private final int pid;
    private @Nullable Session session;
    private @Nullable Lookout lookout;
    private volatile List<Blocker> seen = List.of();
    private volatile List<String> transactions = List.of();
    private volatile @Nullable Long awaited;

    /** @param pid the session that may have to wait */
    public BlockerWatch(Connector connector, int pid) {
        this.connector = connector.withConnectTimeout(PATIENCE);
        this.pid = pid;
    }

    /** The message leaves now. */
    public void begin() {
        seen = List.of();
        transactions = List.of();
        awaited = null;
        Session open = opened();
        if (open == null) {
            return;
        }
        lookout = Lookout.start("migrator-blockers", self -> look(self, open));
    }

    private @Nullable Session opened() {
        Session open = session;
        if (open == null || open.isLost()) {
            try {
                open = connector.open();
                open.limitAnswers(PATIENCE);
            } catch (SQLException e) {
                log.debug("No second connection to see who blocks", e);
                open = null;
            }
            session = open;
        }
        return open;
    }

    private void look(Lookout self, Session open) throws InterruptedException {
        long freeSince = System.nanoTime();
        try {
            while (self.pause(pauseAfter(Duration.ofNanos(System.nanoTime() - freeSince)))) {
                List<Blocker> now = Blockers.of(open, pid);
                if (!now.isEmpty()) {
                    freeSince = System.nanoTime();
                    seen = now;
                    transactions = open.query(TRANSACTIONS, row -> row.getString(1), pids(now));
                    List<Long> tables = open.query(AWAITED, row -> row.getLong(1), pid);
                    awaited = tables.isEmpty() ? awaited : tables.get(0);
                }
            }
        } catch (SQLException e) {
            log.debug("Who blocks can't be seen", e);
        }
    }

    /** A look takes all of the server's lock table for a moment: who works for long without a blocker is seldom looked at. */
    private static Duration pauseAfter(Duration free) {
        Duration tenth = free.dividedBy(10);
        Duration pause = tenth.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : tenth;
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private static String pids(List<Blocker> blockers) {
        return blockers.stream().map(blocker -> Integer.toString(blocker.pid())).collect(Collectors.joining(","));
    }

    /** The answer is there. */
    public void end() {
        Lookout looking = lookout;
        if (looking != null) {
            looking.end(ENDING);
            lookout = null;
        }
    }

    /** Whom the last message waited for at the last look that saw anybody. */
    public List<Blocker> seen() {
        return seen;
    }

    /** Whether it is known whose lock of which table was in the way, and none of them is the server's own process. */
    public boolean seesClientsHoldingATable() {
        return awaited != null && seen.stream().noneMatch(Blocker::isOfServer);
    }

    /** Whether one of them still has the lock; where it is not a table's, whether one of their transactions is open. */
    public boolean areStillThere() {
        Session open = transactions.isEmpty() ? null : opened();
        if (open == null) {
            return false;
        }
        String theirs = String.join(",", transactions);
        Long table = awaited;
        try {
            return table == null
                    ? open.queryOne(STILL_OPEN, row -> row.getBoolean(1), theirs)
                    : open.queryOne(STILL_HELD, row -> row.getBoolean(1), table, theirs);
        } catch (SQLException e) {
            log.debug("Whether the blockers are still there can't be seen", e);
            return false;
        }
    }

    @Override
    public void close() {
        end();
        Session open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                log.debug("The second connection could not be closed", e);
            }
        }
    }
}
