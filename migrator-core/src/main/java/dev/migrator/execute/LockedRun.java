package dev.migrator.execute;

import dev.migrator.event.MigrationEvent;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockQueue;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.script.PreparedStep;
import dev.migrator.script.ScriptCheck;
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

    private final Session session;
    private final HistoryTable anywhere;
    private final RunScope scope;

    LockedRun(Session session, HistoryTable anywhere, RunScope scope) {
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
        if (first.isNothingToDo()) {
            refuse(first.problems());
            settleFromHistory(first, table);
            return new Ended(first, true);
        }
        Problems found = new Problems();
        ScriptCheck check = new ScriptCheck(found);
        check.prepare(first.plan().runs());
        refuse(together(first.problems(), found.all()));

        AdvisoryLock lock = Inspection.lockOf(table);
        Optional<HeldLock> held =
                new LockQueue(lock, scope.settings().lockWait()).acquire(session, new Followed(catalog, table));
        if (held.isEmpty()) {
            Inspection now = inspect(catalog, table);
            settleFromHistory(now, table);
            return new Ended(now, true);
        }
        boolean complete = locked(catalog, table, lock, check, found);
        held.get().close();
        return new Ended(complete ? withProblems(first, found.all()) : first, complete);
    }

    private boolean locked(Catalog catalog, HistoryTable table, AdvisoryLock lock, ScriptCheck check, Problems found)
            throws SQLException, IOException {
        Inspection now = inspect(catalog, table);
        refuse(now.problems());
        Preparation preparation = new Preparation(session, table, scope);
        preparation.tables(now.history());
        preparation.rehash(now.plan());
        List<PreparedStep> scripts = check.prepare(now.plan().runs());
        refuse(together(now.problems(), found.all()));
        long startedAt = System.nanoTime();
        tellStarted(scripts);
        RunContext context =
                new RunContext(session, table, lock, scope, preparation.start(anywhere.names(), now.history()));
        context.startSession();
        boolean complete = new Executor(context, scope.results()).run(scripts);
        settleFromHistory(complete ? now : inspect(catalog, table), table);
        tellCompleted(Duration.ofNanos(System.nanoTime() - startedAt));
        return complete;
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
        scope.listeners()
                .on(
                        results.takesBack()
                                ? new MigrationEvent.RollbackCompleted(
                                        runId, results.rolledBack(), results.failed(), elapsed)
                                : new MigrationEvent.RunCompleted(runId, results.applied(), results.failed(), elapsed));
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
                inspection.catalog(), inspection.history(), inspection.plan(), together(inspection.problems(), more));
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

        Followed(Catalog catalog, HistoryTable table) {
            this.catalog = catalog;
            this.table = table;
        }

        @Override
        public @Nullable String progress() throws SQLException {
            if (scope.deadline().isOver()) {
                throw new MigratorException(scope.deadline().problem("migration lock"));
            }
            scope.cancellation().refuseIfRequested("migration lock");
            Inspection now = inspect(catalog, table);
            if (now.isNothingToDo() && !now.hasErrors()) {
                return null;
            }
            List<HistoryEntry> entries = now.history().entries();
            return entries.size() + "/"
                    + (entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id());
        }

        @Override
        public void waitingFor(LockHolder holder) {
            scope.listeners().on(new MigrationEvent.LockWaiting(scope.run().runId(), holder.describe()));
        }

        @Override
        public void pause(Duration pause) {
            scope.cancellation().pause(pause);
        }
    }
}
