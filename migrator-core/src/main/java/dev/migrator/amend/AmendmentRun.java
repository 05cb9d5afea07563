package dev.migrator.amend;

import dev.migrator.execute.Inspection;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockKey;
import dev.migrator.lock.LockQueue;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problems;
import dev.migrator.source.Catalog;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** Writes one {@link Amendment}: looks, takes the lock, looks again, writes. */
public final class AmendmentRun {

    private final Connector connector;
    private final HistoryTable anywhere;
    private final PlanOptions options;
    private final Duration lockWait;
    private final AppliedRecord.Run run;

    public AmendmentRun(
            Connector connector, HistoryTable table, PlanOptions options, Duration lockWait, String instanceId) {
        this.connector = connector;
        this.anywhere = table;
        this.options = options;
        this.lockWait = lockWait;
        this.run = new AppliedRecord.Run(UUID.randomUUID().toString(), instanceId);
    }

    public void write(Amendment amendment, Catalog catalog) {
        try (Session session = connector.open()) {
            Inspection first = Inspection.of(catalog, session, anywhere, options);
            HistoryTable table = anywhere.in(first.history().facts());
            AdvisoryLock lock = new AdvisoryLock(LockKey.of(
                    String.valueOf(table.names().schema()), table.names().table()));
            HeldLock held = new LockQueue(lock, lockWait)
                    .acquire(session, new HistoryWatch(table, session))
                    .orElseThrow();
            try (held) {
                Inspection now = Inspection.of(catalog, session, table, options);
                write(amendment, session, table, now);
            }
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
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
}
