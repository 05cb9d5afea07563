package dev.migrator.amend;

import dev.migrator.execute.Inspection;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockQueue;
import dev.migrator.lock.Locks;
import dev.migrator.lock.MigrationLock;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problems;
import dev.migrator.source.Catalog;
import java.sql.SQLException;
import java.util.UUID;

/** Writes one {@link Amendment}: looks, takes the lock, looks again, writes. */
public final class AmendmentRun {

    private final Connector connector;
    private final HistoryTable anywhere;
    private final RunSettings settings;
    private final AppliedRecord.Run run;

    public AmendmentRun(Connector connector, HistoryTable table, RunSettings settings) {
        this.connector = connector;
        this.anywhere = table;
        this.settings = settings;
        this.run = new AppliedRecord.Run(UUID.randomUUID().toString(), settings.instanceId());
    }

    public void write(Amendment amendment, Catalog catalog) {
        try (Session session = connector.open()) {
            Inspection first = Inspection.of(catalog, session, anywhere, settings.planOptions());
            HistoryTable table = anywhere.in(first.history().facts());
            MigrationLock lock = settings.locks().choose(subject(table), first.isPooled(), connector);
            HeldLock held = new LockQueue(lock, settings.lockWait())
                    .acquire(session, new Patience(table, session))
                    .orElseThrow();
            try (held) {
                Inspection now = Inspection.of(catalog, session, table, settings.planOptions());
                write(amendment, session, table.guardedBy(held.guard()), now);
            }
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }

    private Locks.Subject subject(HistoryTable table) {
        return new Locks.Subject(
                String.valueOf(table.names().schema()), table.names().table(), settings.createSchema());
    }

    private void write(Amendment amendment, Session session, HistoryTable table, Inspection now) throws SQLException {
        new Problems()
                .addAll(now.history().problems())
                .addAll(now.obstacles(session))
                .throwIfErrors();
        table.prepare(session, now.history());
        Message message = new Message();
        message.add("BEGIN");
        amendment.addTo(message, now, table, run);
        message.add("COMMIT");
        SQLException error = session.send(message).error();
        if (error != null) {
            if (session.inTransaction()) {
                session.execute("ROLLBACK");
            }
            throw error;
        }
    }

    /** A person waits for the lock for as long as its holder gets on. */
    private record Patience(HistoryTable table, Session session) implements LockQueue.Watch {

        @Override
        public String progress() throws SQLException {
            return Integer.toString(table.read(session).entries().hashCode());
        }

        @Override
        public void waitingFor(LockHolder holder) {
            // the caller sees who it was if the wait ends in a time-out
        }
    }
}
