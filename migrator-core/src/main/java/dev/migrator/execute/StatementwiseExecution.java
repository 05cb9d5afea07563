package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.Journal;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.CopyRows;
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
    private final StepJournal journal;
    private int unitsBefore;
    private boolean ranAlone;
    private String remark = "";

    StatementwiseExecution(RunContext context, PreparedScript script, LockAttempts attempts) {
        this.context = context;
        this.script = script;
        this.attempts = attempts;
        this.row = context.record(script).claimed();
        this.journal = new StepJournal(script.step());
    }

    /**
     * How it ended: a failure with the journal as it stood then, or null parts when all went well.
     *
     * @param remark what else people should know of the failure; or empty
     */
    record Ended(@Nullable Sent failure, @Nullable Problem refused, Journal journal, String remark) {}

    Ended run() throws IOException, SQLException {
        try (Reader in = script.open()) {
            SqlReader reader = new SqlReader(in);
            Problem changed = skip(reader);
            if (changed != null) {
                return new Ended(null, changed, journal.now(), "");
            }
            sendOurs(claim());
            sendOurs(activity());
            for (Unit unit = Unit.next(reader); unit != null; unit = Unit.next(reader)) {
                journal.begin(unit);
                Sent failure = run(unit, reader);
                if (failure != null) {
                    return new Ended(failure, null, journal.now(), remark);
                }
                unitsBefore++;
            }
        }
        return new Ended(succeed(), null, journal.now(), "");
    }

    /** Leaves out what an earlier run has done, except for what it set in its session. */
    private @Nullable Problem skip(SqlReader reader) throws IOException {
        while (journal.isBehind()) {
            Unit unit = Unit.next(reader);
            if (unit == null) {
                return changed();
            }
            journal.pass(unit);
            unitsBefore++;
            Problem refused = setAgain(unit);
            if (refused != null) {
                return refused;
            }
        }
        return journal.hasArrived() ? null : changed();
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

    private Problem changed() {
        return Problem.error(
                ProblemCode.RESUME_CHANGED,
                script.file(),
                "An earlier run has done its first " + journal.doneBefore()
                        + " statements, and they were changed since.",
                "Restore them and change only what comes after; or undo by hand what they did and forget the try:"
                        + " reset " + script.name());
    }

    private @Nullable Sent run(Unit unit, SqlReader reader) throws IOException, SQLException {
        ranAlone = unit.runsAlone();
        Sent failure = retrying(unit, reader);
        if (failure != null) {
            sendOurs(rollbackIfOpen());
            return failure;
        }
        journal.finish(unit);
        if (ranAlone) {
            lone().record();
        }
        return null;
    }

    private @Nullable Sent retrying(Unit unit, SqlReader reader) throws IOException, SQLException {
        while (true) {
            Sent failure = watched(unit, reader);
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

    private @Nullable Sent watched(Unit unit, SqlReader reader) throws IOException, SQLException {
        attempts.begin(script);
        try {
            return unit.isCopy() ? copyOnce(unit, reader) : runOnce(unit);
        } finally {
            attempts.end();
        }
    }

    private @Nullable Sent runOnce(Unit unit) throws SQLException {
        if (ranAlone) {
            return runAlone(unit.statements().get(0));
        }
        Sent failure = runInTransaction(unit);
        if (failure == null || !mustRunAlone(unit, failure.answer().sqlState())) {
            return failure;
        }
        sendOurs(rollbackIfOpen());
        ranAlone = true;
        return runAlone(unit.statements().get(0));
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

    /** Its rows pass by once: for another try the file is read anew up to them. */
    private @Nullable Sent copyOnce(Unit unit, SqlReader reader) throws IOException {
        if (attempts.of(script) == 1) {
            return copy(unit, reader);
        }
        try (Reader in = script.open()) {
            SqlReader again = new SqlReader(in);
            for (int i = 0; i <= unitsBefore; i++) {
                Unit.next(again);
            }
            return copy(unit, again);
        }
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
        message.addOurs(script, attempts.lockTimeoutUnlessTheFileHasSetOne(script, true));
        Duration statementTimeout = script.directives().statementTimeout();
        if (statementTimeout != null) {
            message.addOurs(script, "SET LOCAL statement_timeout = " + statementTimeout.toMillis());
        }
        return message;
    }

    private void addCommit(ScriptMessage message, Unit unit) {
        AS_OURSELVES.forEach(message.message()::add);
        context.table().addProgress(message.message(), row, journal.with(unit));
        message.note(script);
        message.addOurs(script, "COMMIT");
    }

    private @Nullable Sent runAlone(SqlStatement statement) throws SQLException {
        AloneRun.Ended ended = lone().run(statement, attempts.lockTimeoutUnlessTheFileHasSetOne(script, false));
        Answer answer = context.alive(ended.answer());
        remark = ended.remark();
        ScriptMessage message = new ScriptMessage();
        message.add(script, statement);
        return answer.isComplete() ? null : new Sent(0, message, answer);
    }

    private LoneStatement lone() {
        return new LoneStatement(context, script, journal, this::sendOurs, this::claim);
    }

    private Message claim() {
        Message message = Message.of("BEGIN");
        AS_OURSELVES.forEach(message::add);
        context.table().addProgress(message, row, journal.now());
        message.add("COMMIT");
        return message;
    }

    private Message activity() {
        Message message = Message.of(context.showInActivity(script).replace("SET LOCAL", "SET"));
        message.add(StartTime.NOTE);
        return message;
    }

    /** What runs with each migration is in the transaction of the record: it is done when that is. */
    private @Nullable Sent succeed() throws SQLException {
        ScriptMessage end = new ScriptMessage();
        end.addOurs(script, "BEGIN");
        end.addOurs(script, "RESET SESSION AUTHORIZATION");
        end.addOurs(script, "RESET ROLE");
        end.add(script, context.afterEach(script));
        context.table().addSuccess(end.message(), row, StartTime.NOTED);
        end.message().add("COMMIT");
        context.addCleanup(end.message());
        end.note(script);
        Answer answer = context.hooks().isEmpty() ? context.send(end.message()) : context.sendScript(end.message());
        Sent sent = new Sent(0, end, answer);
        ScriptMessage.Origin failed = sent.failedOrigin();
        if (failed != null && failed.statement() != null) {
            sendOurs(rollbackIfOpen());
            return sent;
        }
        refuse(end.message(), answer);
        return null;
    }

    private Message rollbackIfOpen() {
        return context.session().inTransaction() ? Message.of("ROLLBACK") : new Message();
    }

    private void sendOurs(Message message) throws SQLException {
        if (message.isEmpty()) {
            return;
        }
        refuse(message, context.send(message));
    }

    private void refuse(Message message, Answer answer) throws SQLException {
        if (context.table().refusesSecond(answer) || context.table().guardRefused(message, answer)) {
            throw new LockLost(script.name());
        }
        answer.orThrow();
    }
}
