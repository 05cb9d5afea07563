package dev.migrator.reconcile;

import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.SnapshotTable;
import dev.migrator.history.SnapshotTable.Stored;
import dev.migrator.history.SnapshotTable.Taken;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.reconcile.DriftReport.State;
import dev.migrator.schema.CatalogReader;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.schema.SnapshotScope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores what the schema is after each run, and compares. */
public final class Drift implements AfterRun {

    private final HistoryTable anywhere;
    private final DriftSettings settings;
    private final Listeners listeners;

    public Drift(HistoryTable anywhere, DriftSettings settings, Listeners listeners) {
        this.anywhere = anywhere;
        this.settings = settings;
        this.listeners = listeners;
    }

    /** What can't be stored is told and makes no run fail: the next look then says that it knows nothing. */
    @Override
    public void completed(Session session, HistoryTable table, AppliedRecord.Run run) {
        if (!settings.on()) {
            return;
        }
        try {
            Place place = Place.of(session, table);
            store(place, run.runId(), null);
        } catch (SQLException e) {
            listeners.on(
                    new MigrationEvent.Noted(
                            run.runId(),
                            Problem.warning(
                                    ProblemCode.SNAPSHOT_NOT_STORED,
                                    table.names().display(),
                                    "The schema could not be stored for the detection of drift: "
                                            + SafeText.line(String.valueOf(e.getMessage())),
                                    "The migrations are applied. Mend the cause and accept what is there, or set migrator.drift=off.")));
        }
    }

    private SchemaSnapshot store(Place place, @Nullable String runId, @Nullable String reason) throws SQLException {
        SnapshotScope scope = place.scope(settings);
        SchemaSnapshot live = CatalogReader.read(place.session(), scope);
        Taken taken = new Taken(scope.schemas(), live.digest(), live.text());
        new SnapshotTable(place.table().names()).store(place.session(), taken, runId, reason);
        return live;
    }

    /** Takes no lock. Whoever migrates meanwhile is seen before, during and after: what migrations do is never drift. */
    public DriftReport report(Session session) throws SQLException {
        Place place = Place.of(session, anywhere);
        SnapshotTable table = new SnapshotTable(place.table().names());
        Stored stored = table.newest(session).orElse(null);
        if (stored == null) {
            return new DriftReport(State.NO_BASELINE, null, null, null);
        }
        if (isRunning(place)) {
            return of(State.RUNNING, stored, null);
        }
        boolean current = table.historyId(session) == stored.historyId();
        SchemaSnapshot live = CatalogReader.read(session, place.scope(settings));
        boolean moved =
                table.newest(session).map(now -> now.id() != stored.id()).orElse(true)
                        || current && table.historyId(session) != stored.historyId();
        if (moved || isRunning(place)) {
            return of(State.RUNNING, stored, null);
        }
        SchemaDiff diff = ServerWords.compare(session, stored, live);
        return of(!current ? State.OUTDATED : diff.isEmpty() ? State.NONE : State.DRIFTED, stored, diff);
    }

    private static DriftReport of(State state, Stored stored, @Nullable SchemaDiff diff) {
        return new DriftReport(state, stored.takenAt(), stored.reason(), diff);
    }

    private static boolean isRunning(Place place) throws SQLException {
        return place.lock().holder(place.session()).isPresent();
    }

    /** What is there is what shall be: stored with the reason, and in the log. Waits for a run to end. */
    public void accept(Session session, String reason, String instanceId, Duration wait) throws SQLException {
        Place place = Place.of(session, anywhere);
        AppliedRecord.Run run = new AppliedRecord.Run(UUID.randomUUID().toString(), instanceId);
        place.locked(wait, () -> {
            SchemaSnapshot accepted = store(place, run.runId(), reason);
            Message message = new Message();
            place.table().addLog(message, run, null, "accept-drift", "success", reason, accepted.digest());
            SQLException error = session.send(message).error();
            if (error != null) {
                throw error;
            }
            return accepted;
        });
    }

    /** What was stored last. */
    public SchemaSnapshot stored(Session session) throws SQLException {
        return new SnapshotTable(Place.of(session, anywhere).table().names())
                .newest(session)
                .map(stored -> SchemaSnapshot.parse(stored.text()))
                .orElseThrow(() -> new MigratorException(Problem.error(
                        ProblemCode.SNAPSHOT_NOT_STORED,
                        "stored schema",
                        "No schema was stored yet.",
                        "Accept what is there, or migrate with migrator.drift=on.")));
    }

    /** The schema as it is, of the schemas that drift is told of. */
    public SchemaSnapshot live(Session session) throws SQLException {
        return CatalogReader.read(session, Place.of(session, anywhere).scope(settings));
    }
}
