package dev.migrator.reconcile;

import dev.migrator.batch.BatchEnd;
import dev.migrator.batch.BatchLoop;
import dev.migrator.batch.BatchRun;
import dev.migrator.batch.Checkpoint;
import dev.migrator.batch.CheckpointTable;
import dev.migrator.batch.FailureTable;
import dev.migrator.batch.Key;
import dev.migrator.batch.WalkedTable;
import dev.migrator.data.BatchSubject;
import dev.migrator.data.DataRun;
import dev.migrator.directive.Directives;
import dev.migrator.event.Listeners;
import dev.migrator.expected.ExpectedFile;
import dev.migrator.history.AppliedRecord;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.SqlMigration;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SqlState;
import dev.migrator.postgres.TransactionFrame;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.script.PreparedStep;
import dev.migrator.script.ScriptCheck;
import dev.migrator.source.PlainFiles;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.LockLost;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backfill that walks over a table, as a batched migration does: a transaction a batch, with a checkpoint from which the
 * next start goes on. An addition that asks for it again begins at the first row.
 */
final class BatchedBackfill {

    private final Place place;
    private final Session session;
    private final AppliedRecord.Run run;
    private final Cancellation cancellation;
    private final Listeners listeners;
    private boolean tablesThere;

    /** @param place with the lock held */
    BatchedBackfill(Place place, AppliedRecord.Run run, Cancellation cancellation, Listeners listeners) {
        this.place = place;
        this.session = place.session();
        this.run = run;
        this.cancellation = cancellation;
        this.listeners = listeners;
    }

    static boolean isOne(PlainFiles.@Nullable File backfill) {
        return backfill != null && backfill.directives().batch() != null;
    }

    /** Under which the batches are seen and told to pause. */
    static MigrationName name(String subject) {
        String words = subject.replaceAll("[^\\p{L}\\p{N}]+", "_");
        String mark = words.equals(subject.replace(' ', '_')) ? "" : "_" + Integer.toHexString(subject.hashCode());
        return MigrationName.of("R__" + words + mark);
    }

    /** Comes before the first addition; asks nothing where no file has batches. */
    void look(List<ExpectedFile> files) throws SQLException {
        if (files.stream().map(ExpectedFile::backfill).anyMatch(BatchedBackfill::isOne)) {
            tablesThere = session.queryOne(
                    "SELECT pg_catalog.to_regclass(?) IS NOT NULL",
                    row -> row.getBoolean(1),
                    place.table().names().batches());
        }
    }

    /** In the transaction of an addition: the rows that an earlier try has done lack what is added now. */
    void addForget(Message message, String subject) {
        if (tablesThere) {
            checkpoints(name(subject)).addForget(message);
        }
    }

    /** What is wrong with the text goes into the problems, and is null then. */
    @Nullable
    BatchSubject read(String subject, PlainFiles.File backfill, Problems problems) {
        SqlMigration file = new SqlMigration(name(subject), backfill.text(), null, backfill.directives());
        List<PreparedStep> steps =
                new ScriptCheck(problems).prepare(List.of(new PlanStep.Run(file, PlanStep.Reason.PENDING, null)));
        return problems.hasErrors() ? null : BatchSubject.of(steps.get(0));
    }

    /**
     * Returns what the server refused, or null when the last row is behind it.
     *
     * @param success adds the record to the transaction that ends it
     */
    @Nullable
    SQLException run(BatchSubject subject, Directives directives, Conduct conduct, Consumer<Message> success)
            throws SQLException {
        String activity = "SET LOCAL application_name = 'migrator: reconcile'";
        TransactionFrame frame = new TransactionFrame(conduct, activity);
        DataRun data = new DataRun(
                session, run.runId(), listeners, cancellation, place.settings().parameters(), frame);
        CheckpointTable checkpoints = checkpoints(subject.name());
        WalkedTable walked = subject.find(data);
        Checkpoint from = claimed(checkpoints, subject.name(), walked);
        BatchRun batches = new BatchRun(
                session,
                place.table(),
                run.runId(),
                subject.name(),
                listeners,
                cancellation,
                place.settings().batches().withTimeouts(directives.statementTimeout(), directives.lockTimeout()),
                frame,
                this::stopped);
        BatchEnd end = new BatchLoop(
                        batches,
                        walked,
                        checkpoints,
                        from,
                        subject.work(data, walked),
                        subject.plan(),
                        thrown -> SafeText.line(String.valueOf(thrown.getMessage())))
                .run();
        return settle(end, checkpoints, subject.name(), success);
    }

    private @Nullable Problem stopped() {
        return cancellation.isRequested() ? cancellation.problem("expected schema") : null;
    }

    private Checkpoint claimed(CheckpointTable checkpoints, MigrationName name, WalkedTable walked)
            throws SQLException {
        if (!checkpoints.isThere(session)) {
            transaction(checkpoints::addCreate);
        }
        CheckpointTable.Stored stored = checkpoints.read(session).orElse(null);
        boolean same = stored != null && stored.isOf(walked);
        Key last = same ? null : walked.last(session);
        long estimate = same ? 0 : walked.estimate(session);
        transaction(message -> {
            place.table().addGuard(message);
            if (same) {
                checkpoints.addTakeOver(message);
            } else {
                checkpoints.addFresh(message, walked, last, estimate);
                new FailureTable(place.table().names(), name.value()).addForgetAll(message);
            }
        });
        return Objects.requireNonNull(checkpoints.read(session).orElse(null)).checkpoint();
    }

    private @Nullable SQLException settle(
            BatchEnd end, CheckpointTable checkpoints, MigrationName name, Consumer<Message> success)
            throws SQLException {
        if (end instanceof BatchEnd.TakenOver) {
            throw new LockLost("expected schema");
        } else if (end instanceof BatchEnd.Done) {
            transaction(message -> {
                checkpoints.addEnd(message, "done");
                success.accept(message);
            });
            return null;
        }
        transaction(message -> checkpoints.addEnd(message, status(end)));
        if (end instanceof BatchEnd.Failed failed && failed.thrown() instanceof SQLException refused) {
            return refused;
        } else if (end instanceof BatchEnd.Failed failed) {
            return new SQLException(String.valueOf(failed.thrown()), failed.sqlState(), failed.thrown());
        }
        String why = end instanceof BatchEnd.Cancelled
                ? "A person has cancelled it. To go on where it was: resume " + name
                : "It was stopped; the next start goes on where it was.";
        return new SQLException(why, SqlState.QUERY_CANCELED);
    }

    private static String status(BatchEnd end) {
        if (end instanceof BatchEnd.Cancelled) {
            return "cancelled";
        }
        return end instanceof BatchEnd.Failed ? "failed" : "stopped";
    }

    private void transaction(Consumer<Message> content) throws SQLException {
        Message message = new Message();
        message.add("BEGIN");
        content.accept(message);
        message.add("COMMIT");
        Answer answer = session.send(message);
        SQLException error = answer.error();
        if (error == null) {
            return;
        }
        if (!answer.lostConnection() && session.inTransaction()) {
            session.execute("ROLLBACK");
        }
        if (place.table().guardRefused(message, answer)) {
            throw new LockLost("expected schema");
        }
        throw error;
    }

    private CheckpointTable checkpoints(MigrationName name) {
        return new CheckpointTable(place.table(), name.value(), run);
    }
}
