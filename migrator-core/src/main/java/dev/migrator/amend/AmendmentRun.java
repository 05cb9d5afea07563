package dev.migrator.amend;

import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.FailureTable;
import dev.migrator.execute.Inspection;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockQueue;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problems;
import dev.migrator.source.Catalog;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Writes one {@link Amendment}: looks, takes the lock, looks again, writes. */
public final class AmendmentRun {

    private final Connector connector;
    private final HistoryTable anywhere;
    private final RunSettings settings;
    private final Cancellation cancellation;

    public AmendmentRun(Connector connector, HistoryTable table, RunSettings settings, Cancellation cancellation) {
        this.connector = connector;
        this.anywhere = table;
        this.settings = settings;
        this.cancellation = cancellation;
    }

    public void write(Amendment amendment, Catalog catalog) {
        PlanOptions options = settings.planOptions();
        try (Session session = connector.open()) {
            Inspection first = Inspection.of(catalog, session, anywhere, options);
            HistoryTable table = anywhere.in(first.history().facts());
            HeldLock held = new LockQueue(
                            settings(amendment, catalog).lockOf(table, first.isPooled(), connector),
                            settings.lockWait())
                    .acquire(session, new HistoryWatch(table, session, cancellation))
                    .orElseThrow();
            try (held) {
                Inspection now = Inspection.of(catalog, session, table, options);
                write(amendment, session, table.guardedBy(held.guard()), now);
            }
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }

    /** What is amended is under the lock that it would run under; a baseline covers migrations of all phases. */
    private RunSettings settings(Amendment amendment, Catalog catalog) {
        return amendment instanceof Amendment.Baseline
                ? settings.alone()
                : settings.in(catalog.phaseOf(amendment.migration()));
    }

    private void write(Amendment amendment, Session session, HistoryTable table, Inspection now) throws SQLException {
        new Problems()
                .addAll(now.history().problems())
                .addAll(now.obstacles(session))
                .throwIfErrors();
        table.prepare(session, now.history());
        Message message = new Message();
        message.add("BEGIN");
        AppliedRecord.Asked asked = new AppliedRecord.Asked(settings.operator(), amendment.reason());
        AppliedRecord.Run run = AppliedRecord.Run.of(settings.instanceId(), asked);
        amendment.addTo(message, now, table, run);
        CheckpointTable checkpoints = new CheckpointTable(table, amendment.migration(), run);
        String former = amendment.formerName(now);
        if ((former != null || amendment instanceof Amendment.Reset) && checkpoints.isThere(session)) {
            addBatches(message, checkpoints, new FailureTable(table.names(), amendment.migration()), former);
        }
        message.add("COMMIT");
        SQLException error = session.send(message).error();
        if (error != null) {
            if (session.inTransaction()) {
                session.execute("ROLLBACK");
            }
            throw error;
        }
    }
    /** What there is of a batched migration goes with its row: with its name, or for good. */
    private static void addBatches(
            Message message, CheckpointTable checkpoints, FailureTable failures, @Nullable String former) {
        checkpoints.addForget(message);
        failures.addForgetAll(message);
        if (former != null) {
            checkpoints.addRename(message, former);
            failures.addRename(message, former);
        }
    }
}
