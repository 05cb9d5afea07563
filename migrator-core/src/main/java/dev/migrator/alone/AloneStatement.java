package dev.migrator.alone;

import dev.migrator.alone.IndexCatalog.Found;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement that can't share a transaction with its journal. What the catalog says decides: what an earlier try left
 * behind is removed, what it finished counts as done.
 */
final class AloneStatement {

    /** What the server says to a second try when the first one did the work: it exists, or it is gone. */
    private static final Map<StatementKind, String> DONE_BEFORE = Map.of(
            StatementKind.CREATE_INDEX_CONCURRENTLY, SqlState.DUPLICATE_TABLE,
            StatementKind.CREATE_DATABASE, "42P04",
            StatementKind.DROP_DATABASE, "3D000",
            StatementKind.CREATE_TABLESPACE, "42710",
            StatementKind.DROP_TABLESPACE, "42704",
            StatementKind.CREATE_SUBSCRIPTION, "42710",
            StatementKind.COMMIT_PREPARED, "42704");

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Session session;
    private final SqlStatement statement;
    private final Earlier earlier;
    private final Cancellation cancellation;
    private final IndexCatalog catalog;
    private final @Nullable ConcurrentIndex index;
    private @Nullable String wanted;

    AloneStatement(Session session, SqlStatement statement, Earlier earlier, Cancellation cancellation) {
        this.session = session;
        this.cancellation = cancellation;
        this.statement = statement;
        this.earlier = earlier;
        this.catalog = new IndexCatalog(session);
        this.index = ConcurrentIndex.of(statement).orElse(null);
    }

    /**
     * Clears the way. Returns the statement to run, or null when nothing is left to do.
     *
     * @param deadline until when another session's work is waited for, as {@code System.nanoTime()} has it; or null
     */
    @Nullable
    String prepare(@Nullable Long deadline) throws SQLException {
        return switch (statement.kind()) {
            case CREATE_INDEX_CONCURRENTLY -> prepareCreate(deadline);
            case DROP_INDEX_CONCURRENTLY -> earlier.mayHaveRun() && isGone() ? null : statement.text();
            case REINDEX_CONCURRENTLY -> prepareReindex(deadline);
            case DETACH_PARTITION_CONCURRENTLY -> prepareDetach();
            default -> statement.text();
        };
    }

    /** Whether the refusal of a second try means that the first one did the work. */
    boolean wasDoneBefore(@Nullable String sqlState) throws SQLException {
        if (!earlier.mayHaveRun() || sqlState == null || !sqlState.equals(DONE_BEFORE.get(statement.kind()))) {
            return false;
        }
        if (statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY) {
            return isBuilt();
        }
        return earlier.found() == null || !earlier.found().equals(Before.of(session, catalog, statement));
    }

    /** The unique index that could not be built, while it is still there; or null. */
    @Nullable
    String brokenUniqueIndex() throws SQLException {
        List<String> left = index != null && index.unique() ? leftovers() : List.of();
        return left.isEmpty() ? null : left.get(0);
    }

    /** The statement of the index that has the new one's name; or null. */
    @Nullable
    String inTheWay() throws SQLException {
        return statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY
                        && index != null
                        && index.index() != null
                        && index.table() != null
                ? catalog.statementOf(index.index(), index.table())
                : null;
    }

    /**
     * The INVALID indexes that the statement, or an earlier try of it, has left. Asked for twice: one whose build ends
     * while the server answers seems to be neither complete nor in anybody's hands.
     */
    List<String> leftovers() throws SQLException {
        List<String> left = look();
        if (!left.isEmpty()) {
            left.retainAll(look());
        }
        return left;
    }

    private List<String> look() throws SQLException {
        List<String> left = new ArrayList<>();
        if (index == null) {
            return left;
        }
        if (statement.kind() == StatementKind.REINDEX_CONCURRENTLY) {
            left.addAll(catalog.reindexLeftovers(index));
        } else if (statement.kind() == StatementKind.CREATE_INDEX_CONCURRENTLY) {
            String name = IndexCatalog.quoted(index.index());
            for (Found found : made()) {
                if (!found.usable() && (name != null || isWanted(found))) {
                    left.add(name != null ? name : found.name());
                }
            }
        }
        return left;
    }

    /**
     * What may be the statement's own work: what has its name, or what was not there before it. Without a name, and where
     * nobody has looked before, nothing is.
     */
    private List<Found> made() throws SQLException {
        if (index == null || index.index() == null && (index.table() == null || earlier.found() == null)) {
            return List.of();
        }
        List<Found> found = catalog.find(index);
        return index.index() == null
                ? found.stream().filter(one -> !wasThere(one)).toList()
                : found;
    }

    private boolean wasThere(Found found) {
        return earlier.found() != null && Before.identifiers(earlier.found()).contains(found.id());
    }

    private boolean isWanted(Found found) throws SQLException {
        if (wanted == null && index != null) {
            wanted = WantedIndex.definition(session, index);
        }
        return found.definition().equals(wanted);
    }

    /** Whether the server has finished it meanwhile: an index of another definition, or an older one, is somebody else's. */
    private boolean isBuilt() throws SQLException {
        for (Found found : made()) {
            if (found.usable() && !wasThere(found) && isWanted(found)) {
                return true;
            }
        }
        return false;
    }

    /** A name that we can't read, or that was not there before, is never known to be gone. */
    private boolean isGone() throws SQLException {
        return index != null && index.index() != null && !"".equals(earlier.found()) && !catalog.isThere(index.index());
    }

    private @Nullable String prepareCreate(@Nullable Long deadline) throws SQLException {
        if (earlier.mayHaveRun()) {
            awaitOthers(deadline);
        }
        boolean dropped = dropLeftovers();
        return !dropped && earlier.mayHaveRun() && isBuilt() ? null : statement.text();
    }

    /** The server may have gone on with it for a lost node, up to its end. */
    private @Nullable String prepareReindex(@Nullable Long deadline) throws SQLException {
        if (earlier.mayHaveRun()) {
            awaitOthers(deadline);
        }
        boolean dropped = dropLeftovers();
        return !dropped && earlier.mayHaveRun() && isRebuilt() ? null : statement.text();
    }

    /** Each index that is rebuilt concurrently is replaced by a new one. */
    private boolean isRebuilt() throws SQLException {
        String found = earlier.found();
        return index != null
                && found != null
                && !found.isEmpty()
                && Collections.disjoint(Before.identifiers(found), catalog.rebuiltBy(index));
    }

    /** Another session's work on the same index may be that of an earlier try. */
    private void awaitOthers(@Nullable Long deadline) throws SQLException {
        if (index == null || index.index() == null && index.table() == null) {
            return;
        }
        while (catalog.isBeingBuilt(index)) {
            if (deadline != null && System.nanoTime() - deadline >= 0) {
                throw new SQLException("another session still works on the same index", SqlState.QUERY_CANCELED);
            }
            if (!cancellation.pause(BETWEEN_LOOKS)) {
                return;
            }
        }
    }

    /** A request to cancel the run reaches it: it may have to wait for transactions that use the table. */
    private boolean dropLeftovers() throws SQLException {
        List<String> leftovers = leftovers();
        for (String leftover : leftovers) {
            cancellation.send(session, Message.of(dropping(leftover))).orThrow();
        }
        return !leftovers.isEmpty();
    }

    static String dropping(String index) {
        return "DROP INDEX CONCURRENTLY IF EXISTS " + index;
    }

    private @Nullable String prepareDetach() throws SQLException {
        DetachedPartition detached = DetachedPartition.of(statement).orElse(null);
        if (detached == null) {
            return statement.text();
        }
        Boolean pending = catalog.isDetachPending(detached);
        if (pending == null) {
            return earlier.mayHaveRun() && !"".equals(earlier.found()) ? null : statement.text();
        }
        return pending
                ? "ALTER TABLE " + IndexCatalog.quoted(detached.parent()) + " DETACH PARTITION "
                        + IndexCatalog.quoted(detached.partition()) + " FINALIZE"
                : statement.text();
    }
}
