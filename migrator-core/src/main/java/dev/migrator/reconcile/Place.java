package dev.migrator.reconcile;

import dev.migrator.amend.HistoryWatch;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockQueue;
import dev.migrator.lock.MigrationLock;
import dev.migrator.lock.UnderLock;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problems;
import dev.migrator.schema.SnapshotScope;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.List;

/**
 * Where the tracking tables and the schemas are, as one look found them.
 *
 * @param schema the one of the tracking tables
 */
record Place(Database database, Session session, HistoryTable table, History history, String schema) {

    SnapshotScope scope(DriftSettings settings) {
        List<String> schemas = settings.schemas().isEmpty() ? List.of(schema) : settings.schemas();
        return new SnapshotScope(schemas, schema, table.names().all(), settings.grants());
    }

    RunSettings settings() {
        return database.settings();
    }

    /** Whether each message may be answered by another server process. */
    boolean isPooled() {
        return session.isPooled(history.facts().workingPid());
    }

    /** How a migration would find its session. */
    Conduct conduct() throws SQLException {
        return history.facts().conduct(session, database.anywhere().names().schema());
    }

    /** The one of the runs. */
    MigrationLock lock() {
        return settings().lockOf(table, isPooled(), database.connector());
    }

    /** Whether somebody holds the lock of runs with these settings. */
    boolean isHeld(RunSettings like) throws SQLException {
        return like.lockOf(table, isPooled(), database.connector())
                .holder(session)
                .isPresent();
    }

    /** What is done while no migration runs. */
    interface Work<T> {

        /** @param locked the same place, its tables as they are now, for writing under the lock */
        T whileLocked(Place locked) throws SQLException;
    }

    <T> T locked(Cancellation cancellation, Work<T> work) throws SQLException {
        HeldLock held = new LockQueue(lock(), settings().lockWait())
                .acquire(session, new HistoryWatch(table, session, cancellation))
                .orElseThrow();
        return UnderLock.run(held, "schema", () -> {
            HistoryTable guarded = table.guardedBy(held.guard());
            History now = guarded.read(session);
            new Problems().addAll(now.problems()).throwIfErrors();
            guarded.prepare(session, now);
            return work.whileLocked(new Place(database, session, guarded, now, schema));
        });
    }
}
