package dev.migrator.data;

import dev.migrator.batch.BatchLoop;
import dev.migrator.batch.BatchSettings;
import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.Checkpoint;
import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.Key;
import dev.migrator.batch.Page;
import dev.migrator.batch.WalkedTable;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at what a batched migration would walk over, and calls one in Java with its next rows; nothing of it stays. */
record BatchRehearsal(DataRun run, HistoryTable table, BatchSettings settings, BatchSubject subject) {

    private static final int MOST_ROWS_ALONE = 200;

    /** @param orphans see {@link dev.migrator.plan.Plan#orphans} */
    Rehearsal of(PlanStep.Run step, Set<String> orphans) throws SQLException {
        String name = subject.name().value();
        WalkedTable walked;
        Checkpoint from;
        BatchLoop.BatchPlan plan;
        try {
            walked = subject.find(run);
            plan = subject.plan();
            from = checkpoint(step, walked, orphans);
        } catch (MigratorException e) {
            return new Rehearsal.Batch(name, subject.table(), subject.key(), 0, 0, null, 0, null, e.first());
        }
        Session session = run.session();
        Key upper = from.upper();
        Page page = upper == null ? null : walked.next(session, from.cursor(), upper, rows(plan));
        Rehearsal.Tried tried =
                page != null && subject instanceof BatchSubject.Code code ? tryOut(code, walked, page) : null;
        return new Rehearsal.Batch(
                name,
                walked.name(),
                walked.keyNames(),
                from.estimated(),
                from.scanned(),
                page == null ? null : page.toString(),
                page == null ? 0 : page.rows(),
                tried == null || tried.failure() != null ? null : tried,
                tried == null ? null : tried.failure());
    }

    private static int rows(BatchLoop.BatchPlan plan) {
        Integer size = plan.size();
        return size == null ? plan.firstSize() : size;
    }

    /** Where an interrupted try goes on; else the whole table. */
    private Checkpoint checkpoint(PlanStep.Run step, WalkedTable walked, Set<String> orphans) throws SQLException {
        Session session = run.session();
        String name = subject.name().value();
        boolean stored = BatchExecution.isBegun(step.previous())
                && BatchStatus.read(session, table.names()).stream()
                        .anyMatch(batch -> batch.migration().equals(name));
        if (stored) {
            return new CheckpointTable(table, name, AppliedRecord.Run.of("dry run", null))
                    .read(session)
                    .orElseThrow()
                    .checkpoint();
        }
        new OrphanedBatch(table.names(), orphans).refuse(session, walked, name);
        return new Checkpoint(walked.last(session), null, 0, 0, 0, walked.estimate(session));
    }

    /** Where the batch fails, its rows are tried alone: how many can't be migrated, and why the first of them can't. */
    private Rehearsal.Tried tryOut(BatchSubject.Code code, WalkedTable walked, Page page) throws SQLException {
        CodeBatchWork work = code.rehearsing(run, walked);
        Attempt together = attempt(work, page);
        if (together.thrown() == null) {
            return new Rehearsal.Tried(together.migrated(), 0, null, null);
        }
        long migrated = 0;
        long failed = 0;
        Throwable reason = together.thrown();
        Page row = standsInTheWay(reason) ? null : new Page(page.first(), page.first(), 1);
        for (int tries = 0; row != null && tries < MOST_ROWS_ALONE; tries++) {
            Attempt alone = attempt(work, row);
            migrated += alone.migrated();
            if (alone.thrown() != null) {
                reason = failed == 0 ? alone.thrown() : reason;
                failed++;
            }
            row = standsInTheWay(alone.thrown()) ? null : walked.next(run.session(), row.last(), page.last(), 1);
        }
        Problem problem = new CodeFailure(subject.name().value(), subject.origin())
                .thrown("migrate()", reason)
                .problem();
        return new Rehearsal.Tried(
                migrated, failed, SafeText.of(CodeFailure.headline(reason)), migrated == 0 ? problem : null);
    }

    /** Somebody else holds the rows, or it takes too long: each row alone would wait as long again. */
    private static boolean standsInTheWay(@Nullable Throwable thrown) {
        SQLException sql = thrown == null ? null : CodeFailure.sqlOf(thrown);
        return sql != null
                && (SqlState.mayRunAgain(sql.getSQLState()) || SqlState.QUERY_CANCELED.equals(sql.getSQLState()));
    }

    private record Attempt(long migrated, @Nullable Throwable thrown) {}

    private Attempt attempt(CodeBatchWork work, Page page) throws SQLException {
        Message begin = new Message();
        run.frame().addBegin(begin);
        settings.addTimeouts(begin);
        run.sendOrThrow(begin);
        try {
            work.begin();
            return new Attempt(work.migrate(page), null);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            run.refuseLost(e);
            return new Attempt(0, e);
        } finally {
            run.frame().rollBack(run.session());
            work.end();
        }
    }
}
