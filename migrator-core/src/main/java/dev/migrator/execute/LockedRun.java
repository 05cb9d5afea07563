package dev.migrator.execute;

import dev.migrator.event.MigrationEvent;
import dev.migrator.history.History;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.hook.Hooks;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockQueue;
import dev.migrator.lock.MigrationLock;
import dev.migrator.lock.UnderLock;
import dev.migrator.migration.HookFile.Moment;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.script.PlannedScript;
import dev.migrator.script.PreparedStep;
import dev.migrator.script.ScriptCheck;
import dev.migrator.script.ThroughPooler;
import dev.migrator.source.Catalog;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of a run that one session does: look, lock, look again, execute. */
final class LockedRun {

    private final Connector connector;
    private final Session session;
    private final HistoryTable anywhere;
    private final RunScope scope;

    LockedRun(Connector connector, Session session, HistoryTable anywhere, RunScope scope) {
        this.connector = connector;
        this.session = session;
        this.anywhere = anywhere;
        this.scope = scope;
    }

    /** @param complete false when another look is needed, because another node got on meanwhile */
    record Ended(Inspection inspection, boolean complete) {}

    Ended run(Catalog catalog) throws SQLException, IOException {
        Inspection first = inspect(catalog, anywhere);
        HistoryTable table = anywhere.in(first.history().facts());
        scope.results().want(first.plan());
        // one that lost its session after the last migration still owes its end: the hook, the stored schema, the event
        if (first.isNothingToDo() && !scope.results().isUnderWay()) {
            refuse(first.problems());
            settleFromHistory(first, table);
            return new Ended(first, true);
        }
        Problems found = new Problems();
        ScriptCheck check = new ScriptCheck(found);
        List<PreparedStep> scripts = check.prepare(first.plan().runs());
        Hooks hooks = scope.results().takesBack() ? Hooks.NONE : Hooks.read(catalog.hooks(), found);
        if (first.isPooled()) {
            found.addAll(ThroughPooler.problems(
                    scripts.stream().map(PlannedScript::of).toList()));
        }
        refuse(together(first.problems(), found.all()));

        MigrationLock lock = scope.settings().lockOf(table, first.isPooled(), connector);
        Optional<HeldLock> held = acquire(lock, new Followed(catalog, table));
        if (held.isEmpty()) {
            Inspection now = inspect(catalog, table);
            settleFromHistory(now, table);
            return new Ended(now, true);
        }
        boolean complete = UnderLock.run(
                held.get(), "migration run", () -> locked(catalog, table, held.get(), check, found, hooks));
        return new Ended(complete ? withProblems(first, found.all()) : first, complete);
    }

    private Optional<HeldLock> acquire(MigrationLock lock, Followed followed) throws SQLException {
        long startedAt = System.nanoTime();
        boolean acquired = false;
        try {
            Optional<HeldLock> held = new LockQueue(lock, scope.settings().lockWait()).acquire(session, followed);
            acquired = held.isPresent();
            return held;
        } finally {
            if (followed.hasWaited()) {
                Duration waited = Duration.ofNanos(System.nanoTime() - startedAt);
                scope.listeners().on(new MigrationEvent.LockWaited(scope.run().runId(), acquired, waited));
            }
        }
    }

    /** Looks again, now that nobody else writes, and does what is still to be done. */
    private boolean locked(
            Catalog catalog, HistoryTable unguarded, HeldLock held, ScriptCheck check, Problems found, Hooks hooks)
            throws SQLException, IOException {
        // migrations take their time; the lock sees to it that the server is there
        session.limitAnswers(Duration.ZERO);
        HistoryTable table = unguarded.guardedBy(held.guard());
        Inspection now = inspect(catalog, table);
        refuse(now.problems());
        refuse(scope.lastLook().problems(session, now.plan()));
        Preparation preparation = new Preparation(session, table, scope);
        preparation.tables(now.history());
        preparation.rehash(now.plan());
        List<PreparedStep> scripts = check.prepare(now.plan().runs());
        refuse(together(now.problems(), found.all()));
        return work(catalog, table, held, now, scripts, hooks);
    }

    /** From the event that tells the begin to the one that tells the end; returns whether the plan was good to its end. */
    private boolean work(
            Catalog catalog, HistoryTable table, HeldLock held, Inspection now, List<PreparedStep> scripts, Hooks hooks)
            throws SQLException, IOException {
        long startedAt = System.nanoTime();
        if (!scripts.isEmpty() || !scope.results().isUnderWay()) {
            tellStarted(scripts);
        }
        scope.results().underWay(true);
        Conduct conduct =
                now.history().facts().conduct(session, anywhere.names().schema());
        RunContext context = new RunContext(
                connector,
                session,
                table,
                held,
                scope,
                conduct,
                hooks,
                now.plan().orphans());
        context.startSession();
        if (!scripts.isEmpty()) {
            HookTransaction.runAt(Moment.BEFORE_RUN, context);
        }
        boolean complete = new Executor(context, scope.results()).run(scripts);
        settleFromHistory(complete ? now : inspect(catalog, table), table);
        // whoever stopped the run waits for its end: the next run stores the schema
        if (complete && hasChanged() && !scope.cancellation().isRequested()) {
            changed(context);
        }
        tellCompleted(Duration.ofNanos(System.nanoTime() - startedAt));
        scope.results().underWay(false);
        return complete;
    }

    /** A hook that fails leaves what the migrations did: that is the schema to compare with, in any case. */
    private void changed(RunContext context) throws SQLException {
        try {
            HookTransaction.runAt(Moment.AFTER_RUN, context);
        } finally {
            if (!session.isLost()) {
                scope.afterRun().completed(session, context.table(), scope.run());
            }
        }
    }

    /** A rollback that ends in a failure leaves nothing half done, unlike a migration. */
    private boolean hasChanged() {
        Results results = scope.results();
        return results.rolledBack() > 0 || results.applied() > 0 && !results.hasFailures();
    }

    private void tellStarted(List<PreparedStep> scripts) {
        String runId = scope.run().runId();
        List<MigrationName> names =
                scripts.stream().map(script -> script.migration().name()).toList();
        scope.listeners()
                .on(
                        scope.results().takesBack()
                                ? new MigrationEvent.RollbackStarted(runId, names)
                                : new MigrationEvent.RunStarted(runId, names));
    }

    private void tellCompleted(Duration elapsed) {
        String runId = scope.run().runId();
        Results results = scope.results();
        int failed = results.failed();
        int notTried = results.notTried();
        boolean stopped = failed + notTried > 0 && scope.cancellation().isRequested();
        Problem why = stopped ? scope.cancellation().problem("migration run") : null;
        scope.listeners()
                .on(
                        results.takesBack()
                                ? new MigrationEvent.RollbackCompleted(
                                        runId, results.rolledBack(), failed, notTried, why, elapsed)
                                : new MigrationEvent.RunCompleted(
                                        runId, results.applied(), failed, notTried, why, elapsed));
    }

    private Inspection inspect(Catalog catalog, HistoryTable table) throws SQLException {
        return Inspection.of(catalog, session, table, scope.planning());
    }

    private static void refuse(List<Problem> problems) {
        new Problems().addAll(problems).throwIfErrors();
    }

    private static List<Problem> together(List<Problem> some, List<Problem> others) {
        List<Problem> all = new ArrayList<>(some);
        others.stream().filter(problem -> !some.contains(problem)).forEach(all::add);
        return all;
    }

    private static Inspection withProblems(Inspection inspection, List<Problem> more) {
        return new Inspection(
                inspection.catalog(),
                inspection.history(),
                inspection.plan(),
                together(inspection.problems(), more),
                inspection.isPooled());
    }

    /** What the plan wanted and this run has no result for: the history knows who did it. */
    private void settleFromHistory(Inspection now, HistoryTable table) throws SQLException {
        Results results = scope.results();
        if (!results.isSettled()) {
            Set<String> takenBack = results.takesBack() ? table.log().rolledBackBy(session, scope.run()) : Set.of();
            results.settle(now.history(), scope.run(), takenBack);
        }
    }

    /** Waits for another node: leaves as soon as it has done everything. */
    private final class Followed implements LockQueue.Watch {

        private final Catalog catalog;
        private final HistoryTable table;
        private @Nullable History seen;
        private String toldOf = "";

        Followed(Catalog catalog, HistoryTable table) {
            this.catalog = catalog;
            this.table = table;
        }

        boolean hasWaited() {
            return !toldOf.isEmpty();
        }

        @Override
        public @Nullable String progress() throws SQLException {
            scope.cancellation().refuseIfRequested("migration lock");
            Inspection now = inspect(catalog, table);
            if (now.isNothingToDo() && !now.hasErrors() && !scope.results().isUnderWay()) {
                return null;
            }
            seen = now.history();
            List<HistoryEntry> entries = seen.entries();
            return entries.size() + "/"
                    + (entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id());
        }

        @Override
        public void waitingFor(LockHolder holder) {
            if (scope.settings().lockWait().isZero()) {
                return; // nobody waits: the failure names the holder
            }
            Results results = scope.results();
            MigrationName current = results.wantedBy(holder.application());
            List<MigrationName> applied = results.appliedIn(seen);
            String state = holder.identity() + " " + current + " " + applied.size();
            if (!toldOf.startsWith(holder.identity() + " ")) {
                scope.listeners().on(new MigrationEvent.LockWaiting(scope.run().runId(), holder.describe()));
            }
            if (!toldOf.equals(state) && !results.takesBack()) {
                scope.listeners()
                        .on(new MigrationEvent.Following(
                                scope.run().runId(), holder.describe(), current, applied, results.wanted()));
            }
            toldOf = state;
        }

        @Override
        public void pause(Duration pause) {
            scope.cancellation().pause(pause);
        }
    }
}
