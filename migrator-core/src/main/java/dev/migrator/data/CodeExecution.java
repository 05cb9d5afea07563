package dev.migrator.data;

import dev.migrator.data.DataOutcome.Failed;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationCode;
import dev.migrator.migration.MigrationResult;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.SafeText;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a migration in Java within one transaction of the run's own connection. Its record is written last in the same
 * transaction, as it is for files, and with the same fence.
 */
public final class CodeExecution {

    /** What {@link #stillOurs} fails with when the transaction is another one: division by zero. */
    private static final String NOT_OURS = "22012";

    /** The expression for when its transaction began. */
    public static final String STARTED_AT = "pg_catalog.transaction_timestamp()";

    private final DataRun run;
    private final CodeMigration migration;
    private final CodeFailure failure;
    private final String mark = UUID.randomUUID().toString();

    public CodeExecution(DataRun run, CodeMigration migration) {
        this.run = run;
        this.migration = migration;
        this.failure = new CodeFailure(migration.name().value(), migration.origin());
    }

    /** Calls {@code up} and {@code verify}. Afterwards no transaction is open; the session is not cleaned yet. */
    public DataOutcome up(DataMigration code, HistoryTable table, AppliedRecord row) throws SQLException {
        return inTransaction(false, context -> {
            Object done = call(code, context);
            if (done instanceof Failed failed) {
                return failed;
            }
            MigrationResult result = (MigrationResult) done;
            AppliedRecord record = row.with(new AppliedRecord.Work(result.recordsProcessed(), metadata(result)));
            return commit(table, message -> table.addSuccess(message, record, STARTED_AT));
        });
    }

    /** Calls {@code down}; what the caller adds is committed with it. */
    public DataOutcome down(MigrationCode code, HistoryTable table, Consumer<Message> record) throws SQLException {
        return inTransaction(false, context -> {
            Failed failed = guarded("down()", () -> {
                code.down(context);
                return null;
            });
            return failed != null ? failed : commit(table, record);
        });
    }

    /** Calls {@code up} and {@code verify} for a dry run, and rolls everything back. */
    public Rehearsal rehearse(DataMigration code) throws SQLException {
        CodeContext[] used = new CodeContext[1];
        Object[] done = new Object[1];
        inTransaction(true, context -> {
            used[0] = context;
            done[0] = call(code, context);
            return new DataOutcome.Done();
        });
        String name = migration.name().value();
        return done[0] instanceof Failed failed
                ? new Rehearsal.Called(name, null, used[0].done(), used[0].total(), failed.problem())
                : new Rehearsal.Called(name, (MigrationResult) done[0], used[0].done(), used[0].total(), null);
    }

    /** Whether its table shape holds: {@code verify} alone, committed with what the caller adds. */
    public DataOutcome verified(MigrationCode code, HistoryTable table, Consumer<Message> record) throws SQLException {
        return inTransaction(false, context -> {
            Failed failed = verify(code, context);
            return failed != null ? failed : commit(table, record);
        });
    }

    private interface Body {
        DataOutcome in(CodeContext context) throws SQLException;
    }

    private DataOutcome inTransaction(boolean dryRun, Body body) throws SQLException {
        Message begin = new Message();
        run.frame().addBegin(begin);
        // notes which transaction this is without taking a snapshot: SET TRANSACTION must still be possible
        begin.add("SET LOCAL migrator.transaction = " + Sql.literal(mark));
        run.sendOrThrow(begin);
        GuardedConnection guard = GuardedConnection.of(run.session());
        try {
            run.session().letJdbcJoin();
            return body.in(new CodeContext(run, migration, guard.connection(), dryRun));
        } finally {
            guard.end();
            run.frame().rollBack(run.session());
            run.session().endJoin();
        }
    }

    /** The result, or what failed. */
    private Object call(DataMigration code, CodeContext context) throws SQLException {
        MigrationResult[] result = new MigrationResult[1];
        Failed failed = guarded("up()", () -> {
            result[0] = code.up(context);
            return refusal(result[0]);
        });
        if (failed == null) {
            failed = verify(code, context);
        }
        return failed == null ? result[0] : failed;
    }

    private @Nullable Failed refusal(@Nullable MigrationResult result) {
        if (result == null) {
            return failure.said("up() returned null instead of a result.");
        }
        String error = result.error();
        return result.success()
                ? null
                : failure.said("up() says that it failed: " + SafeText.line(error == null ? "no reason given" : error));
    }

    private @Nullable Failed verify(MigrationCode code, CodeContext context) throws SQLException {
        return guarded(
                "verify()",
                () -> code.verify(context)
                        ? null
                        : failure.said("verify() says that the result is not as it should be."));
    }

    /** Runs code of a user, whatever it throws; a session that was lost meanwhile goes to the caller. */
    private @Nullable Failed guarded(String method, Cancellation.Work<Failed> call) throws SQLException {
        try {
            Failed failed = run.cancellation().during(call);
            run.refuseLost(null);
            return failed == null && run.session().inFailedTransaction() ? swallowed(method) : failed;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            run.refuseLost(e);
            return failure.thrown(method, e);
        }
    }

    private Failed swallowed(String method) {
        return failure.said(
                method + " went on after a statement had failed; PostgreSQL has given up the whole transaction then.",
                "Let the exception through, or set a savepoint before the statement and go back to it.");
    }

    private DataOutcome commit(HistoryTable table, Consumer<Message> record) throws SQLException {
        Message end = new Message();
        int check = end.add(stillOurs());
        end.add("RESET SESSION AUTHORIZATION");
        end.add("RESET ROLE");
        record.accept(end);
        int commit = end.add("COMMIT");
        run.frame().addEnd(end);
        Answer answer = run.send(end);
        SQLException error = answer.error();
        if (error == null || answer.completed() > commit) {
            return new DataOutcome.Done();
        }
        if (table.refusesSecond(answer) || table.guardRefused(end, answer)) {
            return new DataOutcome.Overtaken();
        }
        if (answer.completed() == check && NOT_OURS.equals(error.getSQLState())) {
            return failure.said(
                    "it has ended the transaction that it was called in, by a way around the guarded connection; what it"
                            + " did before that is committed.",
                    "Leave the transaction open (and don't RESET ALL settings in it); undo by hand what was committed.");
        }
        return failure.thrown(answer.completed() >= commit ? "COMMIT" : "its record", error);
    }

    private String stillOurs() {
        return "SELECT 1 / (COALESCE(pg_catalog.current_setting('migrator.transaction', true), '') = "
                + Sql.literal(mark) + ")::pg_catalog.int4";
    }

    private static String metadata(MigrationResult result) {
        Map<String, Object> all = new LinkedHashMap<>(result.metadata());
        if (result.recordsFailed() > 0) {
            all.put("recordsFailed", result.recordsFailed());
        }
        return JsonText.of(all);
    }
}
