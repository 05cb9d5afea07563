package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.event.LogContext;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.plan.Phases;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Planning;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.source.Catalog;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.ConnectionLost;
import dev.migrator.stop.LockLost;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One run from the first look to the report. When the session or the lock is lost it begins again with a new look: the
 * history says what is done, so beginning again is always right.
 */
public final class MigrationRun {

    /** Called with the lock held, before anything is written: the errors that it finds end the run. */
    @FunctionalInterface
    public interface LastLook {

        LastLook NONE = (session, plan) -> List.of();

        /** @param session the run's own: to look through another one, a free connection would be needed */
        List<Problem> problems(Session session, Plan plan) throws SQLException;
    }

    /** Called at the end of a run that changed something as it should, with the lock still held. Throws nothing. */
    @FunctionalInterface
    public interface AfterRun {

        /** @param table for writing under the lock */
        void completed(Session session, HistoryTable table, AppliedRecord.Run run);
    }

    private static final int MOST_NEW_PLANS = 20;

    /** Looking and waiting for the lock are short questions: whose answer takes longer does not come any more. */
    private static final Duration BOOKKEEPING = Duration.ofSeconds(60);

    private final Connector connector;
    private final HistoryTable table;
    private final RunSettings settings;
    private final Listeners listeners;
    private final LastLook lastLook;
    private final AfterRun afterRun;
    private final Cancellation cancellation;
    private final Results results = new Results();

    /** @param cancellation lets another thread end this run */
    public MigrationRun(
            Connector connector,
            HistoryTable table,
            RunSettings settings,
            Listeners listeners,
            LastLook lastLook,
            AfterRun afterRun,
            Cancellation cancellation) {
        this.connector = connector;
        this.table = table;
        this.settings = settings;
        this.listeners = listeners;
        this.lastLook = lastLook;
        this.afterRun = afterRun;
        this.cancellation = cancellation;
    }

    /**
     * @param files finds the files, on another thread, while the connection is being opened
     * @param withCode adds what is not in files; called on this thread
     * @param planning what is to be done: {@code Planner.by(options)}, or what is to be taken back
     */
    @SuppressWarnings("try") // the log's context is there to be closed
    public RunReport run(
            Supplier<Catalog> files, UnaryOperator<Catalog> withCode, Planning planning, AppliedRecord.Run run) {
        long startedAt = System.nanoTime();
        CompletableFuture<Catalog> catalog = CompletableFuture.supplyAsync(files, MigrationRun::onOwnThread);
        try (LogContext lines = LogContext.ofRun(run.runId(), settings.instanceId())) {
            RunScope scope =
                    new RunScope(settings, planning, run, listeners, lastLook, afterRun, cancellation, results);
            LockedRun.Ended ended = toldWhenAborted(run.runId(), startedAt, () -> retrying(catalog, withCode, scope));
            return new RunReport(
                    run.runId(),
                    ended.inspection().catalog().migrations().size(),
                    results.all(),
                    ended.inspection().problems(),
                    Duration.ofNanos(System.nanoTime() - startedAt),
                    Phases.of(
                            ended.inspection().catalog().migrations(),
                            ended.inspection().plan()));
        }
    }

    private <T> T toldWhenAborted(String runId, long startedAt, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            List<Problem> problems = e instanceof MigratorException known
                    ? known.problems()
                    : List.of(Problem.unexpected("migration run", e));
            Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
            listeners.on(new MigrationEvent.RunAborted(runId, problems, elapsed));
            throw e;
        }
    }

    private static void onOwnThread(Runnable work) {
        Thread thread = new Thread(work, "migrator-scan");
        thread.setDaemon(true);
        thread.start();
    }

    private LockedRun.Ended retrying(
            CompletableFuture<Catalog> files, UnaryOperator<Catalog> withCode, RunScope scope) {
        Catalog catalog = null;
        int failures = 0;
        int settled = 0;
        for (int plans = 0; ; plans++) {
            refuseInterrupted();
            try (Session session = connector.open()) {
                cancellation.guard(session);
                session.limitAnswers(BOOKKEEPING);
                catalog = catalog == null ? withCode.apply(get(files)) : catalog;
                LockedRun.Ended ended = new LockedRun(connector, session, table, scope).run(catalog);
                if (ended.complete()) {
                    return ended;
                }
                if (plans >= MOST_NEW_PLANS) {
                    throw new MigratorException(neverUpToDate());
                }
            } catch (LockLost e) {
                listeners.on(new MigrationEvent.Noted(scope.run().runId(), e.first()));
                if (plans >= MOST_NEW_PLANS) {
                    throw e;
                }
            } catch (ConnectionLost e) {
                failures = results.all().size() > settled ? 1 : failures + 1;
                pauseOrThrow(failures, scope, e);
            } catch (SQLException e) {
                boolean away = SqlState.isConnectionTrouble(e);
                MigratorException explained = away || !cancellation.isGuarding()
                        ? ConnectionTrouble.explain(e, connector.details())
                        : ConnectionTrouble.refused(e, connector.details());
                // also where somebody else has locked the tracking tables for a while
                boolean passes = away || SqlState.mayRunAgain(e.getSQLState());
                if (!passes && !cancellation.isRequested()) {
                    throw explained;
                }
                failures = results.all().size() > settled ? 1 : failures + 1;
                pauseOrThrow(failures, scope, explained);
            } catch (IOException e) {
                throw unreadable(e);
            } finally {
                cancellation.guard(null);
            }
            settled = results.all().size();
        }
    }

    private void refuseInterrupted() {
        cancellation.refuseIfRequested("migration run");
        if (Thread.currentThread().isInterrupted()) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INTERRUPTED,
                    "migration run",
                    "The run was interrupted before it opened a connection.",
                    "Start again: what was applied is recorded."));
        }
    }

    private static Problem neverUpToDate() {
        return Problem.error(
                ProblemCode.PENDING,
                "migration run",
                "Another session kept changing the history: after " + MOST_NEW_PLANS
                        + " plans migrations are still pending.",
                "See who writes to the tracking table without the migration lock, and start again.");
    }

    private void pauseOrThrow(int failures, RunScope scope, MigratorException trouble) {
        if (cancellation.isRequested()) {
            throw new MigratorException(cancellation.problem("migration run"), trouble);
        }
        RetryPolicy policy = settings.connectionRetry();
        if (!policy.allows(failures)) {
            throw trouble;
        }
        Duration pause = policy.pauseAfter(failures);
        listeners.on(new MigrationEvent.ConnectionRetried(scope.run().runId(), trouble.first(), pause));
        cancellation.pause(pause);
    }

    private static Catalog get(CompletableFuture<Catalog> catalog) {
        try {
            return catalog.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static MigratorException unreadable(IOException e) {
        return new MigratorException(
                Problem.error(
                        ProblemCode.UNREADABLE_FILE,
                        "migration files",
                        "A file could not be read: " + SafeText.line(String.valueOf(e.getMessage())),
                        "Make it readable for the process, and don't change files while they are applied."),
                e);
    }
}
