package dev.migrator.lock;

import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.List;

/** A lease that is held, with the heartbeat that keeps it. */
final class Lease implements HeldLock {

    private final LeaseTable table;
    private final LeaseTable.Claim claim;
    private final Session session;
    private final Heartbeat heartbeat;
    private boolean closed;

    Lease(
            LeaseTable table,
            LeaseTable.Claim claim,
            LeaseLock.Settings settings,
            Session session,
            Heartbeat.Source source) {
        this.table = table;
        this.claim = claim;
        this.session = session;
        this.heartbeat = new Heartbeat(table, claim, settings, session, source);
    }

    @Override
    public boolean isHeld() throws SQLException {
        return !closed && table.isHeld(session, claim);
    }

    @Override
    public String guard() {
        return table.guard(claim);
    }

    @Override
    public List<String> tidy(boolean mayHoldOthers) {
        return mayHoldOthers ? List.of("SELECT pg_catalog.pg_advisory_unlock_all()", guard()) : List.of(guard());
    }

    /** Through the heartbeat's connection if the working one is gone: nobody should wait for the end of the lease. */
    @Override
    public void close() throws SQLException {
        if (closed) {
            throw new IllegalStateException(this + " was given back before");
        }
        closed = true;
        boolean given;
        try (Heartbeat ending = heartbeat) {
            ending.stop();
            given = session.isLost() || session.inTransaction() ? ending.release() : table.release(session, claim);
        }
        if (!given) {
            throw new IllegalStateException(this + " was lost before it was given back");
        }
    }

    @Override
    public String toString() {
        return "the lease " + claim.token() + " of " + claim.owner();
    }
}
