package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row that its holder must renew. It needs nothing of a session, so it works behind a pooler; whose lease has ended has
 * lost the lock, and {@link HeldLock#guard()} keeps it from writing. It keeps out holders of the {@link AdvisoryLock} too:
 * each of the two takes its own first and then looks for the other, so that never both go on.
 */
final class LeaseLock implements MigrationLock {

    private final LeaseTable table;
    private final AdvisoryKey advisory;
    private final WaitingSessions waiting;
    private final Settings settings;
    private final Connector connector;

    /**
     * How the lease is held.
     *
     * @param owner the instance, as those who wait are told
     * @param application what its sessions call themselves
     * @param lease how long it is good without a heartbeat
     * @param createSchema whether the table's schema is created if it does not exist
     * @param pooled whether the session is lent: then nothing is shown in it
     */
    record Settings(String owner, String application, Duration lease, boolean createSchema, boolean pooled) {}

    LeaseLock(LeaseTable table, AdvisoryKey advisory, Settings settings, Connector connector) {
        this.table = table;
        this.advisory = advisory;
        this.waiting = new WaitingSessions(advisory.key());
        this.settings = settings;
        this.connector = connector;
    }

    @Override
    public Optional<HeldLock> tryAcquire(Session session) throws SQLException {
        String owner = settings.owner() + "/" + UUID.randomUUID();
        long askedAt = System.nanoTime();
        Optional<LeaseTable.Claim> claim = take(session, owner);
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        if (advisory.isHeldByAny(session)) {
            table.release(session, claim.get());
            return Optional.empty();
        }
        return Optional.of(new Lease(table, claim.get(), settings, session, new Heartbeat.Source(connector, askedAt)));
    }

    private Optional<LeaseTable.Claim> take(Session session, String owner) throws SQLException {
        try {
            return table.take(session, owner, settings.application(), settings.lease());
        } catch (SQLException e) {
            if (SqlState.mayRunAgain(e.getSQLState())) {
                return Optional.empty();
            }
            if (!SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw e;
            }
        }
        if (settings.createSchema()) {
            table.createSchema(session);
        }
        table.create(session);
        return table.take(session, owner, settings.application(), settings.lease());
    }

    @Override
    public void showWaiting(Session session, boolean waits) throws SQLException {
        if (!settings.pooled()) {
            waiting.show(session, waits);
        }
    }

    /** Those behind a pooler are not seen. */
    @Override
    public List<LockWaiter> waiters(Session session) throws SQLException {
        return waiting.list(session);
    }

    @Override
    public Optional<LockHolder> holder(Session session) throws SQLException {
        try {
            Optional<LockHolder> holder = table.holder(session);
            return holder.isPresent() ? holder : advisory.holder(session);
        } catch (SQLException e) {
            if (SqlState.UNDEFINED_TABLE.equals(e.getSQLState())) {
                return advisory.holder(session);
            }
            throw e;
        }
    }
}
