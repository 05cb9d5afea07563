package dev.migrator.alone;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.IndexBuildWatch;
import dev.migrator.postgres.IndexProgress;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.SafeText;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a statement that can't share a transaction, with all that belongs to it: what an earlier try left is removed
 * first, whom it waits for is seen, and when it fails nothing is left behind.
 *
 * <p>It changes the session's {@code statement_timeout}; whoever calls it puts that back.
 */
public final class AloneRun {

    private static final Answer DONE = new Answer(1, 0, false, null, false);

    /** How long removing may wait for transactions that use the table; what is left then, the next try removes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The process is about to end, and the platform's patience is short. */
    private static final Duration PATIENCE_WHEN_STOPPED = Duration.ofSeconds(1);

    private final Session session;
    private final Connector connector;
    private final Cancellation cancellation;
    private final Limit limit;
    private final Consumer<IndexProgress> told;
    private volatile @Nullable IndexProgress last;

    /**
     * How long concurrent index work may take.
     *
     * @param time zero is for ever
     * @param setting where it was said, for people
     */
    public record Limit(Duration time, String setting) {}

    /**
     * @param limit for concurrent index work; it is cancelled then
     * @param told hears of its progress, on another thread
     */
    public AloneRun(
            Session session,
            Connector connector,
            Cancellation cancellation,
            Limit limit,
            Consumer<IndexProgress> told) {
        this.session = session;
        this.connector = connector;
        this.cancellation = cancellation;
        this.limit = limit;
        this.told = told;
    }

    /**
     * What became of it.
     *
     * @param answer complete when nothing is left to do
     * @param remark for people, after a failure: why, whom it waited for, what is in the way, what is left; or empty
     */
    public record Ended(Answer answer, String remark) {}

    /** Index work must not be cut short by a lock time-out: it would leave an INVALID index, and it blocks no traffic. */
    public static boolean waitsForLocks(SqlStatement statement) {
        return switch (statement.kind()) {
            case CREATE_INDEX_CONCURRENTLY,
                    DROP_INDEX_CONCURRENTLY,
                    REINDEX_CONCURRENTLY,
                    REPACK_CONCURRENTLY,
                    DETACH_PARTITION_CONCURRENTLY -> true;
            default -> false;
        };
    }

    /**
     * What must be journaled before the statement is sent for the first time, and be given to each try of it: without
     * quotes. Null where nothing has to be known.
     */
    public @Nullable String find(SqlStatement statement) throws SQLException {
        return Before.of(session, new IndexCatalog(session), statement);
    }

    public Ended run(SqlStatement statement, Earlier earlier) {
        last = null;
        IndexBuildWatch watch =
                waitsForLocks(statement) ? new IndexBuildWatch(connector, session.backendPid(), this::see) : null;
        try {
            return watched(statement, earlier);
        } finally {
            if (watch != null) {
                watch.close();
            }
        }
    }

    private Ended watched(SqlStatement statement, Earlier earlier) {
        AloneStatement alone = new AloneStatement(session, statement, earlier, cancellation);
        boolean waits = waitsForLocks(statement);
        long startedAt = System.nanoTime();
        Long deadline =
                waits && !limit.time().isZero() ? startedAt + limit.time().toNanos() : null;
        Answer answer = attempt(alone, waits, deadline);
        if (answer.lostConnection()) {
            return new Ended(answer, "");
        }
        if (answer.isComplete() || wasDoneBefore(alone, answer)) {
            return new Ended(DONE, "");
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        return new Ended(answer, (waits ? why(answer, elapsed) : "") + whatIsLeft(alone, statement, answer));
    }

    private static boolean wasDoneBefore(AloneStatement alone, Answer refused) {
        try {
            return alone.wasDoneBefore(refused.sqlState());
        } catch (SQLException e) {
            suppress(e, refused);
            return false;
        }
    }

    private static void suppress(SQLException later, Answer failed) {
        SQLException first = failed.error();
        if (first != null) {
            first.addSuppressed(later);
        }
    }

    private void see(IndexProgress progress) {
        last = progress;
        told.accept(progress);
    }

    private Answer attempt(AloneStatement alone, boolean waits, @Nullable Long deadline) {
        try {
            if (waits) {
                limitNextStatement(deadline);
            }
            String text = alone.prepare(deadline);
            if (text == null) {
                return DONE;
            }
            if (waits) {
                limitNextStatement(deadline);
            }
            return cancellation.send(session, Message.of(text));
        } catch (SQLException e) {
            return new Answer(0, 0, false, e, session.isLost());
        }
    }

    /**
     * The server itself keeps the time: it does so too when this process is frozen. No deadline is set, too: an earlier
     * try has left the time-out of its cleaning.
     */
    private void limitNextStatement(@Nullable Long deadline) throws SQLException {
        // rounded up: a statement that was cut off by it has had the whole time
        long left =
                deadline == null ? 0 : Math.max(1, Math.floorDiv(deadline - System.nanoTime() + 999_999, 1_000_000L));
        session.execute("SET statement_timeout = " + left);
    }

    private String why(Answer failed, Duration elapsed) {
        IndexProgress seen = last;
        boolean overtime = !limit.time().isZero()
                && SqlState.QUERY_CANCELED.equals(failed.sqlState())
                && elapsed.compareTo(limit.time()) >= 0
                && !cancellation.isRequested();
        return (overtime ? " It was cancelled after " + limit.time().toMillis() + " ms: " + limit.setting() + "." : "")
                + (seen == null ? "" : " Last seen: " + seen.describe() + ".");
    }

    /** The failure is what people must hear of, also when looking or cleaning up after it fails. */
    private String whatIsLeft(AloneStatement alone, SqlStatement statement, Answer failed) {
        try {
            if (waitsForLocks(statement)) {
                // what is left of the statement's own time may be next to nothing
                session.execute("SET statement_timeout = " + PATIENCE.toMillis());
            }
            String duplicates = SqlState.UNIQUE_VIOLATION.equals(failed.sqlState()) ? duplicates(alone, statement) : "";
            String taken = SqlState.DUPLICATE_TABLE.equals(failed.sqlState()) ? alone.inTheWay() : null;
            return duplicates + removed(alone) + (taken == null ? "" : inTheWay(taken));
        } catch (SQLException e) {
            suppress(e, failed);
            return "";
        }
    }

    private static String inTheWay(String other) {
        return "\n    There is already: " + SafeText.line(other)
                + "\n    Nothing proves that this statement made it. Where it is what the statement is to build, write IF NOT"
                + " EXISTS; else drop or rename it.\n";
    }

    private String duplicates(AloneStatement alone, SqlStatement statement) throws SQLException {
        String index = statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY ? alone.brokenUniqueIndex() : null;
        if (index == null) {
            return "";
        }
        try {
            List<String> groups = DuplicateKeys.of(session, index);
            return groups.isEmpty() ? "" : " Duplicates:\n    " + String.join("\n    ", groups) + "\n";
        } catch (SQLException e) {
            if (SqlState.QUERY_CANCELED.equals(e.getSQLState())) {
                return "";
            }
            throw e;
        }
    }

    private String removed(AloneStatement alone) throws SQLException {
        List<String> leftovers = alone.leftovers();
        if (leftovers.isEmpty()) {
            return "";
        }
        Duration patience = cancellation.isRequested() ? PATIENCE_WHEN_STOPPED : PATIENCE;
        session.execute("SET statement_timeout = " + patience.toMillis());
        List<String> dropped = new ArrayList<>();
        for (String leftover : leftovers) {
            try {
                session.execute(AloneStatement.dropping(leftover));
                dropped.add(leftover);
            } catch (SQLException e) {
                if (!SqlState.QUERY_CANCELED.equals(e.getSQLState())) {
                    throw e;
                }
                return " Its INVALID index " + leftover + " is still there: removing it has to wait" + waitingFor()
                        + ". The next start removes it before it builds.";
            }
        }
        return " Its INVALID index " + String.join(", ", dropped) + " was removed.";
    }

    private String waitingFor() {
        IndexProgress seen = last;
        return seen == null || seen.waitsFor().isEmpty() ? "" : " for " + String.join("; ", seen.waitsFor());
    }
}
