package dev.migrator.reconcile;

import dev.migrator.alone.AloneRun;
import dev.migrator.alone.Earlier;
import dev.migrator.data.BatchSubject;
import dev.migrator.execute.RunSettings;
import dev.migrator.expected.AdditiveStep;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.MigrationState;
import dev.migrator.history.ReconcileRows;
import dev.migrator.migration.SqlText;
import dev.migrator.postgres.Conduct;
import dev.migrator.postgres.IndexProgress;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.Ddl;
import dev.migrator.source.PlainFiles;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one thing after the other, each in a short transaction of its own together with its record. It gives way to others
 * as migrations do: a lock time-out, a pause, another try.
 */
final class StepRunner {

    private static final Logger log = LoggerFactory.getLogger("dev.migrator");

    /** A schema, a table, a column, another object of this name: somebody was quicker, or the name is something else's. */
    private static final Set<String> THERE = Set.of("42P06", "42P07", "42701", "42710", "42723");

    private static final String ELAPSED =
            "(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000)::pg_catalog.int8";

    private final Place place;
    private final Session session;
    private final ReconcileRows rows;
    private final RunSettings settings;
    private final AppliedRecord.Run run;
    private final Cancellation cancellation;
    private final Conduct conduct;
    private final StepWire wire;

    /** @param place with the lock held */
    StepRunner(Place place, ReconcileRows rows, AppliedRecord.Run run, Cancellation cancellation) throws SQLException {
        this.place = place;
        this.session = place.session();
        this.rows = rows;
        this.settings = place.settings();
        this.run = run;
        this.cancellation = cancellation;
        this.conduct = place.conduct();
        this.wire = new StepWire(place, cancellation);
    }

    boolean isPooled() {
        return conduct.isPooled();
    }

    /** Brings the session to where migrations start. */
    void start() throws SQLException {
        Message message = new Message();
        conduct.addStart(message);
        wire.sendAll(message);
    }

    /**
     * How it went.
     *
     * @param error what the server refused, or null
     */
    record Outcome(Duration duration, @Nullable SQLException error) {

        /** Something of this name; whether it is what was to be added is for another look to say. */
        boolean isTaken() {
            return error != null && THERE.contains(String.valueOf(error.getSQLState()));
        }

        /** Something is not there yet that another step may add. */
        boolean mayComeLater() {
            return error != null
                    && Set.of("42P01", "42703", "42704", "42883").contains(String.valueOf(error.getSQLState()));
        }
    }

    /** @param claims adds what has to be known before the step takes effect */
    Outcome run(AdditiveStep step, Consumer<Message> claims) throws SQLException {
        long startedAt = System.nanoTime();
        SQLException error = step.manner() == AdditiveStep.Manner.CONCURRENTLY
                ? alone(step, claims)
                : wire.retrying(() -> inTransaction(subject(step), step.statements(), claims));
        return ended(error, startedAt);
    }

    static String subject(AdditiveStep step) {
        return step.added() ? step.object().label() : step.object().label() + " (completed)";
    }

    Outcome runBackfill(String subject, List<SqlStatement> statements, boolean transactional) throws SQLException {
        long startedAt = System.nanoTime();
        List<String> texts = statements.stream().map(SqlStatement::text).toList();
        if (transactional) {
            return ended(wire.retrying(() -> inTransaction(subject, texts, message -> {})), startedAt);
        }
        for (String text : texts) {
            wire.refuseLostLock();
            SQLException error = wire.retrying(() -> wire.sendWork(Message.of(text)));
            if (error != null) {
                return ended(error, startedAt);
            }
        }
        recordDone(subject, texts, startedAt);
        return ended(null, startedAt);
    }

    /** A transaction a batch; the last one has the record. */
    Outcome runBatches(BatchedBackfill batched, BatchSubject batches, PlainFiles.File backfill, String subject)
            throws SQLException {
        long startedAt = System.nanoTime();
        String text = backfill.text().text();
        SQLException error = batched.run(
                batches, backfill.directives(), conduct, message -> addDone(message, subject, text, startedAt));
        return ended(error, startedAt);
    }

    private static Outcome ended(@Nullable SQLException error, long startedAt) {
        return new Outcome(Duration.ofNanos(System.nanoTime() - startedAt), error);
    }

    private @Nullable SQLException inTransaction(String subject, List<String> statements, Consumer<Message> claims)
            throws SQLException {
        Message message = Message.of("BEGIN");
        conduct.addLocal(message);
        message.add("SET LOCAL application_name = "
                + Sql.literal("migrator: " + settings.application() + " reconcile " + subject));
        message.add("SET LOCAL check_function_bodies = off");
        statements.forEach(message::add);
        claims.accept(message);
        String sql = Ddl.script(statements);
        rows.add(message, row(subject, sql, MigrationState.COMPLETED, ELAPSED, null), run);
        message.add("COMMIT");
        return wire.sendWork(message);
    }

    /** No time-out cuts a concurrent build short: it would leave an invalid index, and it blocks no traffic. */
    private @Nullable SQLException alone(AdditiveStep step, Consumer<Message> claims) throws SQLException {
        long startedAt = System.nanoTime();
        String sql = step.statements().get(step.statements().size() - 1);
        SqlStatement statement = SqlScript.parse(sql).statements().get(0);
        AloneRun alone = new AloneRun(
                session,
                place.database().connector(),
                cancellation,
                settings.indexLimit(),
                progress -> tellProgress(subject(step), progress));
        wire.refuseLostLock();
        Message before = Message.of("SET lock_timeout = 0");
        before.add("SET statement_timeout = 0");
        claims.accept(before);
        // without a transaction nothing else would tell whose an INVALID index is when this session is lost
        rows.add(before, row(subject(step), Ddl.script(step.statements()), MigrationState.RUNNING, "NULL", null), run);
        SQLException error = wire.send(before);
        try {
            if (error == null) {
                error = wire.retrying(() -> attempt(subject(step), alone, statement));
            }
            if (error == null) {
                recordDone(subject(step), step.statements(), startedAt);
            }
            return error;
        } finally {
            if (!session.isLost()) {
                Message after = Message.of("RESET lock_timeout");
                after.add("RESET statement_timeout");
                wire.send(after);
            }
        }
    }

    private @Nullable SQLException attempt(String subject, AloneRun alone, SqlStatement statement) throws SQLException {
        AloneRun.Ended ended = alone.run(statement, new Earlier(true, null));
        if (!ended.remark().isEmpty()) {
            log.warn("{}:{}", SafeText.line(subject), SafeText.of(ended.remark()));
        }
        return wire.refusal(Message.of(statement.text()), ended.answer());
    }

    /** How far it is, and whose old transaction it waits for. */
    private static void tellProgress(String subject, IndexProgress progress) {
        log.info("{}: {}", SafeText.line(subject), progress.describe());
    }

    private void recordDone(String subject, List<String> statements, long startedAt) throws SQLException {
        Message message = Message.of("BEGIN");
        addDone(message, subject, Ddl.script(statements), startedAt);
        message.add("COMMIT");
        wire.sendAll(message);
    }

    /** Of what an earlier run has begun, and is there now. */
    void recordEnd(String subject) throws SQLException {
        Message message = Message.of("BEGIN");
        rows.addEnd(message, subject, run);
        message.add("COMMIT");
        wire.sendAll(message);
    }

    private void addDone(Message message, String subject, String sql, long startedAt) {
        String millis = Long.toString((System.nanoTime() - startedAt) / 1_000_000);
        rows.add(message, row(subject, sql, MigrationState.COMPLETED, millis, null), run);
    }

    /** Never hides what it is about: a failure that can't be recorded is added to the first one. */
    void recordFailure(String subject, String sql, SQLException error, Duration elapsed) {
        Message message = Message.of("BEGIN");
        rows.add(message, row(subject, sql, MigrationState.FAILED, Long.toString(elapsed.toMillis()), error), run);
        message.add("COMMIT");
        try {
            SQLException refused = wire.send(message);
            if (refused != null) {
                error.addSuppressed(refused);
            }
        } catch (SQLException e) {
            error.addSuppressed(e);
        }
    }

    static ReconcileRows.Row row(
            String subject, String sql, MigrationState state, String elapsed, @Nullable SQLException error) {
        return new ReconcileRows.Row(
                subject,
                sql,
                SqlText.of(subject, sql).checksum().toString(),
                state,
                elapsed,
                error == null ? null : SafeText.of(String.valueOf(error.getMessage())),
                error == null ? null : error.getSQLState());
    }
}
