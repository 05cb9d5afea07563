package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.History;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableShape;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.lock.HeldLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockKey;
import dev.migrator.lock.LockQueue;
import dev.migrator.migration.MigrationName;
import dev.migrator.plan.Plan;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionStart;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
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
import org.jspecify.annotations.Nullable;

/** The part of a run that one session does: look, lock, look again, execute. */
final class LockedRun {

    private final Session session;
    private final HistoryTable anywhere;
    private final RunSettings settings;
    private final AppliedRecord.Run run;
    private final Listeners listeners;
    private final Deadline deadline;
    private final Results results;

    LockedRun(
            Session session,
            HistoryTable anywhere,
            RunSettings settings,
            AppliedRecord.Run run,
            Listeners listeners,
            Deadline deadline,
            Results results) {
        this.session = session;
        this.anywhere = anywhere;
        this.settings = settings;
        this.run = run;
        this.listeners = listeners;
        this.deadline = deadline;
        this.results = results;
    }

    /** @param complete false when another look is needed, because another node got on meanwhile */
    record Ended(Inspection inspection, boolean complete) {}

    Ended run(Catalog catalog) throws SQLException, IOException {
        Inspection first = inspect(catalog, anywhere);
        results.want(first.plan());
        if (first.isNothingToDo()) {
            refuse(first.problems());
            settleFromHistory(first);
            return new Ended(first, true);
        }
        Problems found = new Problems();
        ScriptCheck check = new ScriptCheck(found);
        check.prepare(first.plan().runs());
        refuse(together(first.problems(), found.all()));

        HistoryTable table = anywhere.in(first.history().facts());
        AdvisoryLock lock =
                new AdvisoryLock(LockKey.of(schema(table), table.names().table()));
        Optional<HeldLock> held =
                new LockQueue(lock, settings.lockWait()).acquire(session, new Followed(catalog, table));
        if (held.isEmpty()) {
            Inspection now = inspect(catalog, table);
            settleFromHistory(now);
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
        prepareTables(table, now);
        rehash(table, now.plan());
        List<PreparedStep> scripts = check.prepare(now.plan().runs());
        refuse(together(now.problems(), found.all()));
        long startedAt = System.nanoTime();
        listeners.on(new MigrationEvent.RunStarted(
                run.runId(), scripts.stream().map(s -> s.migration().name()).toList()));
        RunContext context =
                new RunContext(session, table, lock, settings, run, listeners, deadline, start(now.history()));
        context.startSession();
        boolean complete = new Executor(context, results).run(scripts);
        settleFromHistory(complete ? now : inspect(catalog, table));
        listeners.on(new MigrationEvent.RunCompleted(
                run.runId(), results.applied(), results.failed(), Duration.ofNanos(System.nanoTime() - startedAt)));
        return complete;
    }

    private Inspection inspect(Catalog catalog, HistoryTable table) throws SQLException {
        return Inspection.of(catalog, session, table, settings.planOptions());
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

    private static String schema(HistoryTable table) {
        return String.valueOf(table.names().schema());
    }

    private void prepareTables(HistoryTable table, Inspection now) throws SQLException {
        History history = now.history();
        if (history.shape() == TableShape.MISSING && settings.createSchema()) {
            session.execute("CREATE SCHEMA IF NOT EXISTS " + Sql.identifier(schema(table)));
        }
        if (history.entries().isEmpty() && settings.existingSchema() == RunSettings.ExistingSchema.REFUSE) {
            List<String> strangers = table.otherTables(session);
            if (!strangers.isEmpty()) {
                throw new MigratorException(notEmpty(table, history, strangers));
            }
        }
        table.prepare(session, history);
    }

    private static Problem notEmpty(HistoryTable table, History history, List<String> strangers) {
        boolean missing = history.shape() == TableShape.MISSING;
        return Problem.error(
                missing ? ProblemCode.HISTORY_MISSING : ProblemCode.HISTORY_EMPTY,
                table.names().display(),
                "The history " + (missing ? "does not exist" : "is empty") + ", but the schema has tables ("
                        + String.join(", ", strangers)
                        + "): it may have been lost, and beginning again from the first migration would do everything"
                        + " twice.",
                "Restore the history; or adopt what is there with: baseline; or, if the tables have nothing to do with the"
                        + " migrations, set migrator.existing-schema=allow.");
    }

    private void rehash(HistoryTable table, Plan plan) throws SQLException {
        if (plan.rehash().isEmpty()) {
            return;
        }
        Message message = new Message();
        message.add("BEGIN");
        for (Plan.Rehash rehash : plan.rehash()) {
            table.addChecksum(message, rehash.entry(), rehash.checksum());
            table.addLog(
                    message,
                    run,
                    rehash.entry().migration(),
                    "rehash",
                    "success",
                    "verified as " + rehash.entry().checksum(),
                    rehash.checksum());
        }
        message.add("COMMIT");
        SQLException error = session.send(message).error();
        if (error != null) {
            throw error;
        }
    }

    private List<String> start(History history) throws SQLException {
        return SessionStart.statements(
                session, anywhere.names().schema(), history.facts().searchPath());
    }

    /** What the plan wanted and this run has no result for: the history knows who did it. */
    private void settleFromHistory(Inspection now) {
        for (MigrationName wanted : results.wanted()) {
            String name = wanted.value();
            HistoryEntry entry = now.history().entry(name).orElse(null);
            if (!results.has(name) && entry != null && entry.isApplied()) {
                boolean ours = run.runId().equals(entry.runId());
                Long millis = entry.executionTimeMs();
                results.settle(
                        name,
                        new StepResult(
                                wanted,
                                ours ? Outcome.APPLIED : Outcome.APPLIED_ELSEWHERE,
                                Duration.ofMillis(millis == null ? 0 : millis),
                                null));
            }
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
            if (deadline.isOver()) {
                throw new MigratorException(deadline.problem("migration lock"));
            }
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
            listeners.on(new MigrationEvent.LockWaiting(run.runId(), holder.describe()));
        }
    }
}
