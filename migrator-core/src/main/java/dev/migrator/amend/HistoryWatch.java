package dev.migrator.amend;

import dev.migrator.history.HistoryTable;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockQueue;
import dev.migrator.postgres.Session;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;

/** For whoever needs the lock for something else than migrations: waits for as long as its holder gets on. */
public record HistoryWatch(HistoryTable table, Session session, Cancellation cancellation) implements LockQueue.Watch {

    @Override
    public String progress() throws SQLException {
        cancellation.refuseIfRequested("migration lock");
        return Integer.toString(table.read(session).entries().hashCode());
    }

    @Override
    public void waitingFor(LockHolder holder) {
        // the caller sees who it was if the wait ends in a time-out
    }

    @Override
    public void pause(Duration pause) {
        cancellation.pause(pause);
    }
}
