package dev.migrator;

import dev.migrator.batch.BatchRun;
import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.FailureTable;
import dev.migrator.batch.Wanted;
import dev.migrator.data.BatchSubject;
import dev.migrator.data.DataRun;
import dev.migrator.data.FailureRetry;
import dev.migrator.event.Listeners;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.ServerFacts;
import dev.migrator.history.TableNames;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockQueue;
import dev.migrator.lock.MigrationLock;
import dev.migrator.lock.UnderLock;
import dev.migrator.migration.Migration;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.source.Catalog;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batched migrations under way, whichever process runs them: what a person wants of one is written into its row, where
 * the running process finds it before its next batch.
 */
public final class Batches {

    private static final String ACTIVITY = "SET LOCAL application_name = 'migrator: retry of left-out rows'";

    private final Connector connector;
    private final HistoryTable anywhere;
    private final RunSettings settings;
    private final Supplier<Catalog> catalog;
    private final Listeners listeners;
    private final RunsInProgress runs;

    Batches(
            Connector connector,
            TableNames names,
            RunSettings settings,
            Supplier<Catalog> catalog,
            Listeners listeners,
            RunsInProgress runs) {
        this.connector = connector;
        this.anywhere = new HistoryTable(names);
        this.settings = settings;
        this.catalog = catalog;
        this.listeners = listeners;
        this.runs = runs;
    }

    /** Holds it after its present batch. It keeps the migration lock, and a service that starts keeps waiting. */
    public void pause(String name, @Nullable String reason) {
        want(name, Wanted.PAUSE, "pause", reason);
    }

    /** Lets it go on that was paused or cancelled; a cancelled one at the next run. */
    public void resume(String name, @Nullable String reason) {
        want(name, Wanted.RUN, "resume", reason);
    }

    /** Ends it after its present batch; it fails, and is not tried again before somebody resumes it. */
    public void cancel(String name, @Nullable String reason) {
        want(name, Wanted.CANCEL, "cancel", reason);
    }

    /** How far each is. */
    public List<BatchStatus> status() {
        return inSession((session, table, facts) -> BatchStatus.read(session, table.names()));
    }

    /** The first of the rows that it has left out. */
    public List<FailureTable.Failure> failures(String name, int limit) {
        return inSession((session, table, facts) ->
                BatchStatus.read(session, table.names()).isEmpty()
                        ? List.of()
                        : new FailureTable(table.names(), name).read(session, limit));
    }

    /** {@link #retryFailures(String, String)} without a reason. */
    public FailureRetry.Retried retryFailures(String name) {
        return retryFailures(name, null);
    }

    /** Tries the rows again that it has left out, under the migration lock; each that works leaves the list. */
    public FailureRetry.Retried retryFailures(String name, @Nullable String reason) {
        return runs.run(cancellation -> inSession((session, table, facts) -> {
            cancellation.guard(session);
            BatchSubject subject = subject(name, find(session, table, name));
            MigrationLock lock = settings.in(catalog.get().phaseOf(name))
                    .lockOf(table, session.isPooled(facts.workingPid()), connector);
            HeldLock held = new LockQueue(lock, settings.lockWait())
                    .acquire(session, new Patience(cancellation))
                    .orElseThrow();
            Conduct conduct = facts.conduct(session, anywhere.names().schema());
            return UnderLock.run(
                    held,
                    name,
                    () -> retry(session, table.guardedBy(held.guard()), conduct, subject, reason, cancellation));
        }));
    }

    private FailureRetry.Retried retry(
            Session session,
            HistoryTable table,
            Conduct conduct,
            BatchSubject subject,
            @Nullable String reason,
            Cancellation cancellation)
            throws SQLException {
        String name = subject.name().value();
        if (table.read(session).entry(name).filter(Batches::isBegun).isEmpty()) {
            throw refused(
                    name,
                    "It has not begun here, or was taken back, reset or skipped: what it left out before that is no matter"
                            + " of it now.",
                    "Run it first: migrate");
        }
        Message start = new Message();
        conduct.addStart(start);
        send(session, start);
        AppliedRecord.Run who =
                AppliedRecord.Run.of(settings.instanceId(), new AppliedRecord.Asked(settings.operator(), reason));
        TransactionFrame frame = new TransactionFrame(conduct, ACTIVITY);
        FailureRetry.Retried retried = retry(session, table, frame, subject, who, cancellation);
        Message message = new Message();
        table.addGuard(message);
        String outcome = retried.text() + (reason == null ? "" : ": " + reason);
        table.log().add(message, who, name, "retry-failures", "success", outcome, null);
        send(session, message);
        if (retried.notTried() > 0) {
            throw new MigratorException(cancellation.problem(name, "Of its rows: " + retried.text() + "."));
        }
        return retried;
    }

    private static boolean isBegun(HistoryEntry entry) {
        return entry.isApplied() || entry.isHalfDone();
    }

    private FailureRetry.Retried retry(
            Session session,
            HistoryTable table,
            TransactionFrame frame,
            BatchSubject subject,
            AppliedRecord.Run who,
            Cancellation cancellation)
            throws SQLException {
        DataRun run = new DataRun(session, who.runId(), listeners, cancellation, settings.parameters(), frame);
        BatchRun batches = new BatchRun(
                session,
                table,
                who.runId(),
                subject.name(),
                listeners,
                cancellation,
                subject.timed(settings.batches()),
                frame,
                () -> cancellation.isRequested()
                        ? cancellation.problem(subject.name().value())
                        : null);
        return new FailureRetry(run, batches, subject, table, who).run();
    }

    private static void send(Session session, Message message) throws SQLException {
        SQLException error = message.isEmpty() ? null : session.send(message).error();
        if (error != null) {
            throw error;
        }
    }

    private static BatchStatus find(Session session, HistoryTable table, String name) throws SQLException {
        return BatchStatus.read(session, table.names()).stream()
                .filter(batch -> batch.migration().equals(name))
                .findFirst()
                .orElseThrow(() -> refused(
                        name,
                        "No batched migration of this name has run here, so it has left nothing out.",
                        "Look which ones there are: batches"));
    }

    private BatchSubject subject(String name, BatchStatus batch) {
        Migration migration = catalog.get()
                .find(name)
                .orElseThrow(() -> refused(
                        name,
                        "It is not among the migrations that are known here, so its " + batch.failed()
                                + " rows can't be tried again here. A batch in Java runs in its application.",
                        "Ask the application: its endpoint with POST retry-failures/" + name
                                + ", or its jar with --migrator.command=\"retry-failures " + name + "\"."));
        Problems problems = new Problems();
        PlanStep.Run step = new PlanStep.Run(migration, PlanStep.Reason.FAILED_BEFORE, null);
        BatchSubject subject = BatchSubject.of(step, problems);
        problems.throwIfErrors();
        if (subject == null) {
            throw refused(name, "It is not a batched migration any more.", "Only those leave rows out.");
        }
        return subject;
    }

    private void want(String name, Wanted wanted, String action, @Nullable String reason) {
        inSession((session, table, facts) -> {
            AppliedRecord.Run who =
                    AppliedRecord.Run.of(settings.instanceId(), new AppliedRecord.Asked(settings.operator(), reason));
            if (!new CheckpointTable(table, name, who).want(session, wanted)) {
                throw refused(
                        name,
                        "No batched migration of this name has begun, or it is done.",
                        "Give the whole name of one that is under way.");
            }
            Message message = new Message();
            table.log().add(message, who, name, action, "success", reason, null);
            send(session, message);
            return name;
        });
    }

    private static MigratorException refused(String name, String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.REFUSED, name, description, action));
    }

    private interface InSession<T> {
        T use(Session session, HistoryTable table, ServerFacts facts) throws SQLException;
    }

    private <T> T inSession(InSession<T> work) {
        try (Session session = connector.open()) {
            ServerFacts facts = anywhere.read(session).facts();
            return work.use(session, anywhere.in(facts), facts);
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }

    /** Waits for the lock as everybody does, and tells nobody meanwhile. */
    private record Patience(Cancellation cancellation) implements LockQueue.Watch {

        @Override
        public String progress() {
            cancellation.refuseIfRequested("migration lock");
            return "";
        }

        @Override
        public void waitingFor(LockHolder holder) {
            // the caller sees who it was if the wait ends in a time-out
        }

        @Override
        public void pause(Duration pause) {
            cancellation.pause(pause);
        }
    }
}
