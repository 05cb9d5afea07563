package dev.migrator;

import dev.migrator.event.Listeners;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.execute.RunSettings;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.reconcile.Drift;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.DriftSettings;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.reconcile.ReconcileRun;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaSnapshot;
import java.sql.SQLException;

/** The facade's part that is about the schema itself: each call has a session of its own. */
final class SchemaChecks {

    private final Connector connector;
    private final HistoryTable table;
    private final RunSettings settings;
    private final ExpectedSchemaMode mode;
    private final ExpectedFiles files;
    private final Drift drift;

    SchemaChecks(
            Connector connector,
            HistoryTable table,
            RunSettings settings,
            ExpectedSchemaMode mode,
            ExpectedFiles files,
            DriftSettings drift,
            Listeners listeners) {
        this.connector = connector;
        this.table = table;
        this.settings = settings;
        this.mode = mode;
        this.files = files;
        this.drift = new Drift(table, drift, listeners);
    }

    AfterRun afterRun() {
        return drift;
    }

    void afterMigrations() {
        check(mode == ExpectedSchemaMode.FIX);
    }

    void verify() {
        check(false);
    }

    private void check(boolean fix) {
        if (mode != ExpectedSchemaMode.OFF) {
            in(session -> run().run(session, fix)).orThrow();
        }
    }

    ReconcileReport reconcile(ReconcileOptions options) {
        return in(session -> run().run(session, !options.dryRun()));
    }

    DriftReport drift() {
        return in(drift::report);
    }

    void acceptDrift(String reason) {
        in(session -> {
            drift.accept(session, reason, settings.instanceId(), settings.lockWait());
            return reason;
        });
    }

    SchemaDiff diff(SchemaSide from, SchemaSide to) {
        boolean withFiles = from == SchemaSide.EXPECTED || to == SchemaSide.EXPECTED;
        return in(session -> SchemaDiff.between(side(session, from, withFiles), side(session, to, withFiles)));
    }

    private SchemaSnapshot side(Session session, SchemaSide side, boolean withFiles) throws SQLException {
        return switch (side) {
            case EXPECTED -> run().expected(session);
            case LIVE -> withFiles ? run().live(session) : drift.live(session);
            case STORED -> drift.stored(session);
        };
    }

    private ReconcileRun run() {
        return new ReconcileRun(table, settings, files, drift);
    }

    private interface Ask<T> {
        T of(Session session) throws SQLException;
    }

    private <T> T in(Ask<T> ask) {
        try (Session session = connector.open()) {
            return ask.of(session);
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }
}
