package dev.migrator.reconcile;

import dev.migrator.data.BatchSubject;
import dev.migrator.expected.ExpectedFile;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.MigrationState;
import dev.migrator.history.ReconcileRows;
import dev.migrator.postgres.Message;
import dev.migrator.problem.Problems;
import dev.migrator.source.PlainFiles;
import dev.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * What fills that which was added. It is claimed in the transaction of the first addition, so that a crash between the two
 * leaves something that the next run finds.
 */
final class Backfill {

    static final String PREFIX = "backfill ";

    private final ReconcileRows rows;
    private final AppliedRecord.Run run;
    private final BatchedBackfill batched;

    Backfill(ReconcileRows rows, AppliedRecord.Run run, BatchedBackfill batched) {
        this.rows = rows;
        this.run = run;
        this.batched = batched;
    }

    private static String subject(ExpectedFile file) {
        return PREFIX + file.name();
    }

    /** Those whose claim an earlier run has left. */
    List<ExpectedFile> unfinished(List<ExpectedFile> files, List<String> subjects) {
        return files.stream()
                .filter(file -> file.backfill() != null && subjects.contains(subject(file)))
                .toList();
    }

    void addClaim(Message message, ExpectedFile file) {
        String text = Objects.requireNonNull(file.backfill()).text().text();
        rows.add(message, StepRunner.row(subject(file), text, MigrationState.RUNNING, "NULL", null), run);
        if (BatchedBackfill.isOne(file.backfill())) {
            batched.addForget(message, subject(file));
        }
    }

    void run(StepRunner runner, ExpectedFile file, List<Reconciled> done, Problems failures) throws SQLException {
        PlainFiles.File backfill = Objects.requireNonNull(file.backfill());
        Problems unreadable = new Problems();
        if (BatchedBackfill.isOne(backfill)) {
            BatchSubject batches = batched.read(subject(file), backfill, unreadable);
            failures.addAll(unreadable.all());
            if (batches != null) {
                String text = backfill.text().text();
                StepRunner.Outcome outcome = runner.runBatches(batched, batches, backfill, subject(file));
                settle(runner, file, text, outcome, done, failures);
            }
            return;
        }
        List<SqlStatement> statements = ExpectedFiles.statements(backfill.text(), unreadable);
        if (unreadable.hasErrors()) {
            failures.addAll(unreadable.all());
            return;
        }
        String text = backfill.text().text();
        if (backfill.directives().noTransaction() && runner.isPooled()) {
            failures.add(ReconcileRun.needsSession(backfill.text().location(), text));
            return;
        }
        StepRunner.Outcome outcome = runner.runBackfill(
                subject(file), statements, !backfill.directives().noTransaction());
        settle(runner, file, text, outcome, done, failures);
    }

    private static void settle(
            StepRunner runner,
            ExpectedFile file,
            String text,
            StepRunner.Outcome outcome,
            List<Reconciled> done,
            Problems failures) {
        String where = Objects.requireNonNull(file.backfill()).text().location();
        if (outcome.error() == null) {
            ReconcileRun.tellDone(subject(file), outcome.duration());
            done.add(new Reconciled(subject(file), text, outcome.duration()));
        } else {
            runner.recordFailure(subject(file), text, outcome.error(), outcome.duration());
            failures.add(ReconcileRun.failed(where, text, outcome.error()));
        }
    }
}
