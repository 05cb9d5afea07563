package dev.migrator.execute;

import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.Session;

/** Called at the end of a run that applied something and had no failure, with the lock still held. Throws nothing. */
@FunctionalInterface
public interface AfterRun {

    AfterRun NOTHING = (session, table, run) -> {};

    void completed(Session session, HistoryTable table, AppliedRecord.Run run);
}
