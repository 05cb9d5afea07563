package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.event.MigrationEvent;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.Journal;
import dev.migrator.history.MigrationState;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.IndexProgress;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.CopyRows;
import dev.migrator.script.ExecutedHash;
import dev.migrator.script.PreparedScript;
import dev.migrator.script.Unit;
import dev.migrator.sql.SqlReader;
import dev.migrator.sql.SqlStatement;
import dev.migrator.stop.LockLost;
import java.io.IOException;
import java.io.Reader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script that can't be one transaction, unit by unit. A unit that can run in a transaction commits together with
 * its journal entry, so it is done exactly once; one that can't runs alone and is checked against the catalog. After a
 * crash or a failure the next run goes on at the unit that was not finished.
 */
final class StatementwiseExecution {

    /** The journal is ours to write; after the COMMIT the role is again the one that the file has set. */
    private static final List<String> AS_OURSELVES =
            List.of("SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE");

    private final RunContext context;
    private final PreparedScript script;
    private final LockAttempts attempts;
    private final AppliedRecord row;
    private final ExecutedHash hash = new ExecutedHash();
    private int done;
    private boolean ranAlone;
    private String remark = "";

    StatementwiseExecution(RunContext context, PreparedScript script, LockAttempts attempts) {
        this.context = context;
        this.script = script;
        this.attempts = attempts;
        this.row = context.record(script).claimed();
    }

    /**
     * How it ended: a failure with the journal as it stood then, or null parts when all went well.
     *
     * @param remark what else people should know of the failure; or empty
     */
    record Ended(@Nullable Sent failure, @Nullable Problem refused, Journal journal, String remark) {}

    Ended run() throws IOException, SQLException {
        int doneBefore = script.step().statementsDone();
        try (Reader in = script.open()) {
            SqlReader reader = new SqlReader(in);
            Problem changed = skip(reader, doneBefore);
            if (changed != null) {
                return new Ended(null, changed, journal(), "");
            }
            sendOurs(claim());
            sendOurs(activity());
            for (Unit unit = Unit.next(reader); unit != null; unit = Unit.next(reader)) {
                hash.add(unit);
                boolean triedBefore = wasInterrupted() && done == doneBefore;
                Sent failure = run(unit, reader, triedBefore);
                if (failure != null) {
                    return new Ended(failure, null, new Journal(done, hash.before()), remark);
                }
            }
        }
        sendOurs(success());
        return new Ended(null, null, journal(), "");
    }

    /** Nobody saw an answer to the statement that was running; after a failure the server did say that it was not done. */
    private boolean wasInterrupted() {
        HistoryEntry previous = script.step().previous();
        return previous != null && previous.state() == MigrationState.RUNNING;
    }

    /** Leaves out what an earlier run has done, except for what it set in its session. */
    private @Nullable Problem skip(SqlReader reader, int doneBefore) throws IOException {
        HistoryEntry previous = script.step().previous();
        while (done < doneBefore) {
            Unit unit = Unit.next(reader);
            if (unit == null) {
                return changed(doneBefore);
            }
            hash.add(unit);
            done += unit.size();
            Problem refused = setAgain(unit);
            if (refused != null) {
                return refused;
            }
        }
        boolean same = doneBefore == 0 || previous != null && journal().matches(previous);
        return same && done == doneBefore ? null : changed(doneBefore);
    }

    /** The session of the earlier run is gone, and with it what the file had set for what comes after. */
    private @Nullable Problem setAgain(Unit unit) {
        ScriptMessage message = new ScriptMessage();
        unit.sessionSettings().forEach(statement -> message.add(script, statement));
        if (message.message().isEmpty()) {
            return null;
        }
        Answer answer = context.send(message.message());
        return answer.isComplete()
                ? null
                : FailureText.of(message, answer)
                        .problem(
                                "It sets the session for the statements after it, and could not be done again; nothing"
                                        + " else was run.",
                                "Make it possible again and start.");
    }

    private Problem changed(int doneBefore) {
        return Problem.error(
                ProblemCode.RESUME_CHANGED,
                script.file(),
                "An earlier run has done its first " + doneBefore + " statements, and they were changed since.",
                "Restore them and change only what comes after; or undo by hand what they did and forget the try:"
                        + " reset " + script.name());
    }

    private @Nullable Sent run(Unit unit, SqlReader reader, boolean triedBefore) throws IOException, SQLException {
        ranAlone = unit.runsAlone();
        Sent failure = unit.isCopy() ? copy(unit, reader) : retrying(unit, triedBefore);
        if (failure != null) {
            sendOurs(rollbackIfOpen());
            return failure;
        }
        done += unit.size();
        if (ranAlone) {
            sendOurs(claim());
        }
        return null;
    }

    /** Rows of a COPY pass by once; everything else can be sent again when the server gave way to others. */
    private @Nullable Sent retrying(Unit unit, boolean triedBefore) throws SQLException {
        while (true) {
            Sent failure = watched(unit, triedBefore);
            if (failure == null) {
                attempts.forget(script);
                return null;
            }
            if (!attempts.mayTryAgain(script, failure.answer().sqlState())) {
                remark = attempts.waitedFor() + remark;
                return failure;
            }
            sendOurs(rollbackIfOpen());
            Duration pause = attempts.nextPause(script);
            context.tellRetry(script, failure, attempts, pause);
            if (!attempts.pause(script, pause)) {
                return failure;
            }
        }
    }

    private @Nullable Sent watched(Unit unit, boolean triedBefore) throws SQLException {
        attempts.begin(script);
        try {
            return runOnce(unit, triedBefore);
        } finally {
            attempts.end();
        }
    }

    private @Nullable Sent runOnce(Unit unit, boolean triedBefore) throws SQLException {
        if (ranAlone) {
            return runAlone(unit.statements().get(0), triedBefore);
        }
        Sent failure = runInTransaction(unit);
        if (failure == null || !mustRunAlone(unit, failure.answer().sqlState())) {
            return failure;
        }
        sendOurs(rollbackIfOpen());
        ranAlone = true;
        return runAlone(unit.statements().get(0), triedBefore);
    }

    /** What no text shows: a procedure that commits, a table that has partitions. Only where the file allows it. */
    private boolean mustRunAlone(Unit unit, @Nullable String sqlState) {
        return unit.size() == 1 && script.directives().noTransaction() && SqlState.refusesTransaction(sqlState);
    }

    private @Nullable Sent runInTransaction(Unit unit) {
        ScriptMessage message = begin();
        unit.statements().forEach(statement -> message.add(script, statement));
        addCommit(message, unit);
        Answer answer = context.sendScript(message.message());
        context.tellIfUnreplicated(answer, List.of(script));
        return answer.isComplete() ? null : new Sent(0, message, answer);
    }

    private @Nullable Sent copy(Unit unit, SqlReader reader) throws IOException {
        Answer begun = context.send(begin().message());
        ScriptMessage copy = new ScriptMessage();
        copy.add(script, unit.statements().get(0));
        if (!begun.isComplete()) {
            return new Sent(0, copy, begun);
        }
        try (CopyRows rows = new CopyRows(reader)) {
            context.cancellation()
                    .copyIn(context.session(), unit.statements().get(0).text(), rows);
        } catch (SQLException e) {
            return Sent.failedAt(copy, e, context.session().isLost());
        }
        ScriptMessage end = new ScriptMessage();
        addCommit(end, unit);
        Answer answer = context.send(end.message());
        return answer.isComplete() ? null : new Sent(0, end, answer);
    }

    private ScriptMessage begin() {
        ScriptMessage message = new ScriptMessage();
        message.addOurs(script, "BEGIN");
        message.addOurs(script, attempts.lockTimeoutUnlessTheFileHasSetOne(script));
        Duration statementTimeout = script.directives().statementTimeout();
        if (statementTimeout != null) {
            message.addOurs(script, "SET LOCAL statement_timeout = " + statementTimeout.toMillis());
        }
        return message;
    }

    private void addCommit(ScriptMessage message, Unit unit) {
        AS_OURSELVES.forEach(message.message()::add);
        context.table().addProgress(message.message(), row, new Journal(done + unit.size(), hash.now()));
        message.note(script);
        message.addOurs(script, "COMMIT");
    }

    private @Nullable Sent runAlone(SqlStatement statement, boolean triedBefore) throws SQLException {
        AloneRun.Limit limit = context.indexLimit(script);
        Duration ofFile = script.directives().statementTimeout();
        SessionTimeouts timeouts = new SessionTimeouts();
        if (AloneRun.waitsForLocks(statement)) {
            timeouts.set("lock_timeout", 0)
                    .set("statement_timeout", limit.time().toMillis());
        } else if (ofFile != null) {
            timeouts.set("statement_timeout", ofFile.toMillis());
        }
        sendOurs(timeouts.begin());
        AloneRun run = new AloneRun(context.session(), context.connector(), context.cancellation(), limit, this::tell);
        AloneRun.Ended ended = run.run(statement, triedBefore);
        Answer answer = context.alive(ended.answer());
        sendOurs(timeouts.end());
        remark = ended.remark();
        ScriptMessage message = new ScriptMessage();
        message.add(script, statement);
        return answer.isComplete() ? null : new Sent(0, message, answer);
    }

    private void tell(IndexProgress progress) {
        context.listeners()
                .on(new MigrationEvent.IndexBuilding(
                        context.run().runId(), script.migration().name(), progress.describe()));
    }

    private Journal journal() {
        return new Journal(done, hash.now());
    }

    private Message claim() {
        Message message = message("BEGIN");
        AS_OURSELVES.forEach(message::add);
        context.table().addProgress(message, row, journal());
        message.add("COMMIT");
        return message;
    }

    private Message activity() {
        Message message = message(context.showInActivity(script).replace("SET LOCAL", "SET"));
        message.add(StartTime.NOTE);
        return message;
    }

    private Message success() {
        Message message = message("BEGIN");
        message.add("RESET SESSION AUTHORIZATION");
        message.add("RESET ROLE");
        context.table().addSuccess(message, row, StartTime.NOTED);
        message.add("COMMIT");
        context.addCleanup(message);
        return message;
    }

    private Message rollbackIfOpen() {
        return context.session().inTransaction() ? message("ROLLBACK") : new Message();
    }

    private static Message message(String statement) {
        Message message = new Message();
        message.add(statement);
        return message;
    }

    private void sendOurs(Message message) throws SQLException {
        if (message.isEmpty()) {
            return;
        }
        Answer answer = context.send(message);
        if (context.table().refusesSecond(answer) || context.table().guardRefused(message, answer)) {
            throw new LockLost(script.name());
        }
        SQLException error = answer.error();
        if (error != null) {
            throw error;
        }
    }
}
