package dev.migrator.reconcile;

import dev.migrator.directive.Phase;
import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.SnapshotTable;
import dev.migrator.history.SnapshotTable.Done;
import dev.migrator.history.SnapshotTable.Stored;
import dev.migrator.history.SnapshotTable.Taken;
import dev.migrator.lock.HeldLock;
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
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores what the schema is after each run, and compares. */
public final class Drift implements AfterRun {

    private final Database database;
    private final DriftSettings settings;
    private final Listeners listeners;

    public Drift(Database database, DriftSettings settings, Listeners listeners) {
        this.database = database;
        this.settings = settings;
        this.listeners = listeners;
    }

    Listeners listeners() {
        return listeners;
    }

    /** What can't be stored is told and makes no run fail: the next look then says that it knows nothing. */
    @Override
    public void completed(Session session, HistoryTable table, AppliedRecord.Run run) {
        if (!settings.on()) {
            return;
        }
        try {
            store(database.look(session, table), run, null);
        } catch (SQLException e) {
            listeners.on(
                    new MigrationEvent.Noted(
                            run.runId(),
                            Problem.warning(
                                    ProblemCode.SNAPSHOT_NOT_STORED,
                                    table.names().display(),
                                    "The schema could not be stored for the detection of drift: " + why(e),
                                    "The migrations are applied. Mend the cause and accept what is there, or set migrator.drift.enabled=false.")));
        }
    }

    private static String why(SQLException e) {
        return HeldLock.LOST.equals(e.getSQLState())
                ? "the migration lock has gone to another node."
                : SafeText.line(String.valueOf(e.getMessage()));
    }

    private void store(Place place, AppliedRecord.Run run, @Nullable String reason) throws SQLException {
        SnapshotScope scope = place.scope(settings);
        SchemaSnapshot live = CatalogReader.read(place.session(), scope);
        Taken taken = new Taken(scope.schemas(), live.digest(), live.text());
        new SnapshotTable(place.table()).store(place.session(), taken, run, reason);
    }

    /** Takes no lock. Whoever migrates meanwhile is seen before, during and after: what migrations do is never drift. */
    public DriftReport report(Session session) throws SQLException {
        Place place = database.look(session);
        SnapshotTable table = new SnapshotTable(place.table());
        Stored stored = table.newest(session).orElse(null);
        if (stored == null) {
            return new DriftReport(State.NO_BASELINE, null, null, null, List.of());
        }
        if (isRunning(place)) {
            return running(stored);
        }
        if (!SchemaSnapshot.canParse(stored.text())) {
            return new DriftReport(State.OUTDATED, stored.takenAt(), stored.reason(), null, List.of());
        }
        Done done = table.done(session);
        SnapshotScope scope = place.scope(settings);
        List<String> schemas =
                scope.schemas().stream().filter(stored.schemas()::contains).toList();
        if (schemas.isEmpty()) {
            return new DriftReport(State.NO_BASELINE, null, null, null, List.of());
        }
        SchemaSnapshot live = CatalogReader.read(session, scope.of(schemas));
        boolean moved =
                table.newest(session).map(now -> now.id() != stored.id()).orElse(true)
                        || !table.done(session).equals(done);
        if (moved || isRunning(place)) {
            return running(stored);
        }
        SchemaDiff diff = ServerWords.compare(session, stored, live, schemas);
        boolean current = done.logId() == stored.logId() && done.halfDone().isEmpty();
        State state = !current ? State.OUTDATED : diff.isEmpty() ? State.NONE : State.DRIFTED;
        return new DriftReport(state, stored.takenAt(), stored.reason(), diff, done.halfDone());
    }

    private static DriftReport running(Stored stored) {
        return new DriftReport(State.RUNNING, stored.takenAt(), stored.reason(), null, List.of());
    }

    /** Before the traffic, or beside it under the other lock: an index is built there for hours, and is INVALID meanwhile. */
    private static boolean isRunning(Place place) throws SQLException {
        return place.isHeld(place.settings()) || place.isHeld(place.settings().in(Phase.POST_DEPLOY));
    }

    /** What is there is what shall be: stored with the reason, and in the log. Waits for a run to end. */
    public void accept(Session session, String reason, Cancellation cancellation) throws SQLException {
        AppliedRecord.Asked asked = new AppliedRecord.Asked(database.settings().operator(), reason);
        AppliedRecord.Run run = AppliedRecord.Run.of(database.settings().instanceId(), asked);
        database.look(session).locked(cancellation, locked -> {
            store(locked, run, reason);
            return run;
        });
        listeners.on(new MigrationEvent.DriftAccepted(run.runId(), reason));
    }

    /** What was stored last. */
    public Stored stored(Session session) throws SQLException {
        Stored stored = new SnapshotTable(database.look(session).table())
                .newest(session)
                .orElseThrow(() -> notStored("No schema was stored yet."));
        if (!SchemaSnapshot.canParse(stored.text())) {
            throw notStored("What was stored at " + stored.takenAt()
                    + " is in the form of another release of Migrator, which can't be compared.");
        }
        return stored;
    }

    private static MigratorException notStored(String why) {
        return new MigratorException(Problem.error(
                ProblemCode.SNAPSHOT_NOT_STORED,
                "stored schema",
                why,
                "Accept what is there, or migrate with migrator.drift.enabled=true."));
    }

    /**
     * The schema as it is.
     *
     * @param schemas of which schemas; null for those that drift is told of
     */
    public SchemaSnapshot live(Session session, @Nullable List<String> schemas) throws SQLException {
        SnapshotScope scope = database.look(session).scope(settings);
        return CatalogReader.read(session, schemas == null ? scope : scope.of(schemas));
    }
}
