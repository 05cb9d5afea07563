package dev.migrator.data;

import dev.migrator.batch.BatchSettings;
import dev.migrator.batch.Key;
import dev.migrator.batch.Page;
import dev.migrator.batch.WalkedTable;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.MigrationResult;
import dev.migrator.postgres.Message;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The first batch of a migration in Java, and everything rolled back. Where it fails, each of its rows is tried alone, so
 * that the dry run says how many can't be migrated and why the first of them can't.
 */
final class BatchRehearsal {

    private final DataRun run;
    private final BatchSubject.Code subject;

    BatchRehearsal(DataRun run, CodeMigration migration, BatchMigration code) {
        this.run = run;
        this.subject = new BatchSubject.Code(migration, code, code.source());
    }

    Rehearsal rehearse() throws SQLException {
        String name = subject.name().value();
        try {
            WalkedTable table = subject.find(run);
            Key last = table.last(run.session());
            Integer size = subject.plan().size();
            Page page = last == null
                    ? null
                    : table.next(
                            run.session(),
                            null,
                            last,
                            size == null ? subject.plan().firstSize() : size);
            if (page == null) {
                return new Rehearsal(name, MigrationResult.success(0), 0, 0, null);
            }
            return new Rehearsal(name, first(table, page), page.rows(), table.estimate(run.session()), null);
        } catch (MigratorException e) {
            return new Rehearsal(name, null, 0, 0, e.first());
        }
    }

    private MigrationResult first(WalkedTable table, Page page) throws SQLException {
        CodeBatchWork work = subject.rehearsing(run, table);
        Tried together = attempt(work, page);
        if (together.thrown() == null) {
            return MigrationResult.success(together.migrated());
        }
        long migrated = 0;
        long failed = 0;
        Throwable reason = together.thrown();
        Page row = table.next(run.session(), null, page.last(), 1);
        while (row != null) {
            Tried alone = attempt(work, row);
            migrated += alone.migrated();
            if (alone.thrown() != null) {
                reason = failed == 0 ? alone.thrown() : reason;
                failed++;
            }
            row = table.next(run.session(), row.last(), page.last(), 1);
        }
        return MigrationResult.partly(migrated, failed).with("reason", SafeText.of(CodeFailure.headline(reason)));
    }

    private record Tried(long migrated, @Nullable Throwable thrown) {}

    private Tried attempt(CodeBatchWork work, Page page) throws SQLException {
        Message begin = new Message();
        run.frame().addBegin(begin);
        begin.add("SET LOCAL statement_timeout = "
                + BatchSettings.DEFAULTS.statementTimeout().toMillis());
        begin.add("SET LOCAL lock_timeout = "
                + BatchSettings.DEFAULTS.lockTimeout().toMillis());
        run.sendOrThrow(begin);
        try {
            work.begin();
            return new Tried(work.migrate(page), null);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            run.refuseLost(e);
            return new Tried(0, e);
        } finally {
            run.frame().rollBack(run.session());
            work.end();
        }
    }
}
