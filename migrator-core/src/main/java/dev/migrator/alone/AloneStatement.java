package dev.migrator.alone;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.sql.ConcurrentIndex;
import dev.migrator.sql.DetachedPartition;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that can't share a transaction with its journal. What the catalog says decides: what an earlier try left
 * behind is removed, what it finished counts as done.
 */
final class AloneStatement {

    /** What the server says to a second try when the first one did the work: it exists, or it is gone. */
    private static final Map<StatementKind, Set<String>> DONE_BEFORE = Map.of(
            StatementKind.CREATE_DATABASE, Set.of("42P04"),
            StatementKind.DROP_DATABASE, Set.of("3D000"),
            StatementKind.CREATE_TABLESPACE, Set.of("42710"),
            StatementKind.DROP_TABLESPACE, Set.of("42704"),
            StatementKind.CREATE_SUBSCRIPTION, Set.of("42710"),
            StatementKind.COMMIT_PREPARED, Set.of("42704"));

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Session session;
    private final SqlStatement statement;
    private final Cancellation cancellation;
    private final IndexCatalog catalog;
    private final @Nullable ConcurrentIndex index;

    AloneStatement(Session session, SqlStatement statement, Cancellation cancellation) {
        this.session = session;
        this.cancellation = cancellation;
        this.statement = statement;
        this.catalog = new IndexCatalog(session);
        this.index = ConcurrentIndex.of(statement).orElse(null);
    }

    /**
     * Clears the way. Returns the statement to run, or null when nothing is left to do.
     *
     * @param triedBefore whether the journal says that an earlier try may have reached this statement
     * @param deadline until when another session's work is waited for, as {@code System.nanoTime()} has it; or null
     */
    @Nullable
    String prepare(boolean triedBefore, @Nullable Long deadline) throws SQLException {
        return switch (statement.kind()) {
            case CREATE_INDEX_CONCURRENTLY -> prepareCreate(triedBefore, deadline);
            case DROP_INDEX_CONCURRENTLY -> triedBefore && isGone() ? null : statement.text();
            case REINDEX_CONCURRENTLY -> prepareReindex(triedBefore, deadline);
            case DETACH_PARTITION_CONCURRENTLY -> prepareDetach(triedBefore);
            default -> statement.text();
        };
    }

    /** Whether the refusal of a second try means that the first one did the work. */
    boolean wasDoneBefore(boolean triedBefore, @Nullable String sqlState) {
        return triedBefore
                && sqlState != null
                && DONE_BEFORE.getOrDefault(statement.kind(), Set.of()).contains(sqlState);
    }

    /** The unique index that could not be built, while it is still there; or null. */
    @Nullable
    String brokenUniqueIndex() throws SQLException {
        return index != null && index.unique() && Boolean.FALSE.equals(validity())
                ? IndexCatalog.quoted(index.index())
                : null;
    }

    /** The INVALID indexes that the statement, or an earlier try of it, has left. */
    List<String> leftovers() throws SQLException {
        if (index == null) {
            return List.of();
        }
        if (statement.kind() == StatementKind.REINDEX_CONCURRENTLY) {
            return catalog.reindexLeftovers(index);
        }
        String name = IndexCatalog.quoted(index.index());
        boolean ours = statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY;
        return name != null && ours && Boolean.FALSE.equals(validity()) ? List.of(name) : List.of();
    }

    private @Nullable Boolean validity() throws SQLException {
        return index == null || index.index() == null ? null : catalog.isValid(index);
    }

    /** A name that we can't read, or that the server chooses, is never known to be gone. */
    private boolean isGone() throws SQLException {
        return index != null && index.index() != null && !catalog.isThere(index.index());
    }

    private @Nullable String prepareCreate(boolean triedBefore, @Nullable Long deadline) throws SQLException {
        if (triedBefore) {
            awaitOthers(deadline);
        }
        if (!dropLeftovers() && triedBefore && Boolean.TRUE.equals(validity())) {
            return null;
        }
        return statement.text();
    }

    /** One that the server went on with for a lost node, and that has left nothing when it ended, has come to its end. */
    private @Nullable String prepareReindex(boolean triedBefore, @Nullable Long deadline) throws SQLException {
        boolean awaited = triedBefore && awaitOthers(deadline);
        boolean dropped = dropLeftovers();
        return awaited && !dropped ? null : statement.text();
    }

    /** Another session's work on the same index counts as ours when it is done. Returns whether there was any. */
    private boolean awaitOthers(@Nullable Long deadline) throws SQLException {
        if (index == null || index.index() == null && index.table() == null) {
            return false;
        }
        boolean seen = false;
        while (catalog.isBeingBuilt(index)) {
            seen = true;
            if (deadline != null && System.nanoTime() - deadline >= 0) {
                throw new SQLException("another session still works on the same index", SqlState.QUERY_CANCELED);
            }
            if (!cancellation.pause(BETWEEN_LOOKS)) {
                break;
            }
        }
        return seen;
    }

    /** A request to cancel the run reaches it: it may have to wait for transactions that use the table. */
    private boolean dropLeftovers() throws SQLException {
        List<String> leftovers = leftovers();
        for (String leftover : leftovers) {
            Message drop = new Message();
            drop.add(dropping(leftover));
            SQLException refused = cancellation.send(session, drop).error();
            if (refused != null) {
                throw refused;
            }
        }
        return !leftovers.isEmpty();
    }

    static String dropping(String index) {
        return "DROP INDEX CONCURRENTLY IF EXISTS " + index;
    }

    private @Nullable String prepareDetach(boolean triedBefore) throws SQLException {
        DetachedPartition detached = DetachedPartition.of(statement).orElse(null);
        if (detached == null) {
            return statement.text();
        }
        Boolean pending = catalog.isDetachPending(detached);
        if (pending == null) {
            return triedBefore ? null : statement.text();
        }
        return pending
                ? "ALTER TABLE " + IndexCatalog.quoted(detached.parent()) + " DETACH PARTITION "
                        + IndexCatalog.quoted(detached.partition()) + " FINALIZE"
                : statement.text();
    }
}
