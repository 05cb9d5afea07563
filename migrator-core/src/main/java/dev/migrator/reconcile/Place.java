package dev.migrator.reconcile;

import dev.migrator.amend.HistoryWatch;
import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockKey;
import dev.migrator.lock.LockQueue;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.schema.SnapshotScope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Where the tracking tables and the schemas are, as one look found them.
 *
 * @param schema the one of the tracking tables
 */
record Place(Session session, HistoryTable table, History history, String schema) {

    static Place of(Session session, HistoryTable anywhere) throws SQLException {
        History history = anywhere.read(session);
        HistoryTable table = anywhere.in(history.facts());
        String schema = table.names().schema();
        if (schema == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.NO_SCHEMA,
                    "search_path",
                    "No schema of the search path (" + history.facts().searchPath() + ") exists.",
                    "Set migrator.schema, or create the schema."));
        }
        return new Place(session, table, history, schema);
    }

    SnapshotScope scope(DriftSettings settings) {
        List<String> schemas = settings.schemas().isEmpty() ? List.of(schema) : settings.schemas();
        return new SnapshotScope(schemas, schema, table.names().all(), settings.grants());
    }

    AdvisoryLock lock() {
        return new AdvisoryLock(LockKey.of(schema, table.names().table()));
    }

    /** What is done while no migration runs. */
    interface Work<T> {
        T whileLocked() throws SQLException;
    }

    <T> T locked(Duration wait, Work<T> work) throws SQLException {
        HeldLock held = new LockQueue(lock(), wait)
                .acquire(session, new HistoryWatch(table, session))
                .orElseThrow();
        try (held) {
            new Problems().addAll(table.read(session).problems()).throwIfErrors();
            table.prepare(session, table.read(session));
            return work.whileLocked();
        }
    }
}
