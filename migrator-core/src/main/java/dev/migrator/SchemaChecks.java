package dev.migrator;

import dev.migrator.event.Listeners;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.execute.RunSettings;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.history.AppliedRecord;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.Database;
import dev.migrator.reconcile.Drift;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.DriftSettings;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.reconcile.ReconcileRun;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The facade's part that is about the schema itself: each call has a session of its own. */
final class SchemaChecks {

    private final Database database;
    private final ExpectedSchemaMode mode;
    private final ExpectedFiles files;
    private final DriftSettings driftSettings;
    private final Drift drift;

    SchemaChecks(
            Database database, ExpectedSchemaMode mode, ExpectedFiles files, DriftSettings drift, Listeners listeners) {
        this.database = database;
        this.mode = mode;
        this.files = files;
        this.driftSettings = drift;
        this.drift = new Drift(database, drift, listeners);
    }

    SchemaChecks with(RunSettings settings, Listeners listeners) {
        Database same = new Database(database.connector(), database.anywhere(), settings);
        return new SchemaChecks(same, mode, files, driftSettings, listeners);
    }

    AfterRun afterRun() {
        return drift;
    }

    void afterMigrations(Cancellation cancellation) {
        check(mode == ExpectedSchemaMode.FIX, cancellation);
    }

    void verify(Cancellation cancellation) {
        check(false, cancellation);
    }

    private void check(boolean fix, Cancellation cancellation) {
        if (mode != ExpectedSchemaMode.OFF) {
            in(cancellation, session -> run(cancellation, null).run(session, fix))
                    .orThrow();
        }
    }

    ReconcileReport reconcile(ReconcileOptions options, Cancellation cancellation) {
        AppliedRecord.Asked asked = new AppliedRecord.Asked(database.settings().operator(), null);
        return in(cancellation, session -> run(cancellation, asked).run(session, !options.dryRun()));
    }

    DriftReport drift(Cancellation cancellation) {
        return in(cancellation, drift::report);
    }

    void acceptDrift(String reason, Cancellation cancellation) {
        in(cancellation, session -> {
            drift.accept(session, reason, cancellation);
            return reason;
        });
    }

    SchemaDiff diff(SchemaSide from, SchemaSide to, Cancellation cancellation) {
        boolean withFiles = from == SchemaSide.EXPECTED || to == SchemaSide.EXPECTED;
        ReconcileRun run = run(cancellation, null);
        return in(
                cancellation,
                session -> SchemaDiff.between(side(run, session, from, withFiles), side(run, session, to, withFiles)));
    }

    private SchemaSnapshot side(ReconcileRun run, Session session, SchemaSide side, boolean withFiles)
            throws SQLException {
        return switch (side) {
            case EXPECTED -> run.expected(session);
            case LIVE -> withFiles ? run.live(session) : drift.live(session);
            case STORED -> drift.stored(session);
        };
    }

    private ReconcileRun run(Cancellation cancellation, AppliedRecord.@Nullable Asked asked) {
        AppliedRecord.Run run = AppliedRecord.Run.of(database.settings().instanceId(), asked);
        return new ReconcileRun(database, files, drift, cancellation, run);
    }

    private interface Ask<T> {
        T of(Session session) throws SQLException;
    }

    private <T> T in(Cancellation cancellation, Ask<T> ask) {
        cancellation.refuseIfRequested("schema");
        try (Session session = database.connector().open()) {
            cancellation.guard(session);
            return ask.of(session);
        } catch (SQLException e) {
            MigratorException explained =
                    ConnectionTrouble.explain(e, database.connector().details());
            throw cancellation.isRequested()
                    ? new MigratorException(cancellation.problem("schema"), explained)
                    : explained;
        } finally {
            cancellation.guard(null);
        }
    }
}
