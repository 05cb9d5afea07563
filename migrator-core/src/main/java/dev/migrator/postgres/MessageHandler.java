package dev.migrator.postgres;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Query;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.Tuple;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Counts what the server completes and keeps nothing else. JDBC's own statements lose that count when a later statement
 * fails, and it is the only way to know which statement failed when the server gives no position.
 */
final class MessageHandler extends ResultHandlerBase {

    private boolean unreplicated;
    private int completed;
    private long rows;

    @Override
    public void handleCommandStatus(String status, long updateCount, long insertOid) {
        if (getException() == null) {
            completed++;
            rows += Math.max(0, updateCount);
        }
    }

    @Override
    public void handleResultRows(Query fromQuery, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
        if (getException() == null) {
            completed++;
        }
    }

    @Override
    public void handleWarning(SQLWarning warning) {
        unreplicated |= isOfCancelledReplication(warning);
    }

    /** By the server's function: the text is in the server's language, and the SQLSTATE says "warning". */
    private static boolean isOfCancelledReplication(SQLWarning warning) {
        ServerErrorMessage server = warning instanceof PSQLWarning ours ? ours.getServerErrorMessage() : null;
        return server != null && "SyncRepWaitForLSN".equals(server.getRoutine());
    }

    Answer answer(@Nullable SQLException thrown, boolean lostConnection) {
        SQLException first = getException() != null ? getException() : thrown;
        return new Answer(completed, rows, unreplicated, first, first != null && lostConnection);
    }
}
