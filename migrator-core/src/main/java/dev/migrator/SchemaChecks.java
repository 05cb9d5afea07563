package dev.migrator;

import dev.migrator.event.Listeners;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.execute.RunSettings;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.expected.ExpectedSchema;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.SnapshotTable.Stored;
import dev.migrator.postgres.ConnectionDetails;
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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        ReconcileRun run = run(cancellation, null);
        Set<SchemaSide> sides = EnumSet.of(from, to);
        return in(cancellation, session -> {
            Map<SchemaSide, SchemaSnapshot> read = new EnumMap<>(SchemaSide.class);
            ExpectedSchema expected = sides.contains(SchemaSide.EXPECTED) ? run.expected(session) : null;
            Stored stored = sides.contains(SchemaSide.STORED) ? drift.stored(session) : null;
            if (expected != null) {
                read.put(SchemaSide.EXPECTED, expected.snapshot());
            }
            if (stored != null) {
                read.put(SchemaSide.STORED, SchemaSnapshot.parse(stored.text()));
            }
            if (sides.contains(SchemaSide.LIVE)) {
                List<String> schemas = stored == null ? null : stored.schemas();
                read.put(
                        SchemaSide.LIVE, expected == null ? drift.live(session, schemas) : run.live(session, expected));
            }
            SchemaDiff all =
                    SchemaDiff.between(Objects.requireNonNull(read.get(from)), Objects.requireNonNull(read.get(to)));
            return expected == null || stored == null ? all : within(all, expected.schemas(), stored.schemas());
        });
    }

    /** What one side was not asked for, it does not lack. */
    private static SchemaDiff within(SchemaDiff diff, List<String> some, List<String> others) {
        List<String> common = some.stream().filter(others::contains).toList();
        return SchemaDiff.between(diff.from().within(common), diff.to().within(common));
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
            try {
                return ask.of(session);
            } catch (SQLException e) {
                if (session.isLost()) {
                    throw e;
                }
                throw ended(ConnectionTrouble.refused(e, details()), cancellation);
            }
        } catch (SQLException e) {
            throw ended(ConnectionTrouble.explain(e, details()), cancellation);
        } finally {
            cancellation.guard(null);
        }
    }

    private ConnectionDetails details() {
        return database.connector().details();
    }

    private static MigratorException ended(MigratorException explained, Cancellation cancellation) {
        return cancellation.isRequested()
                ? new MigratorException(cancellation.problem("schema"), explained)
                : explained;
    }
}
