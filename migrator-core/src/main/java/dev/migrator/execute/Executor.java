package dev.migrator.execute;

import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.history.Journal;
import dev.migrator.lock.HeldLock;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.script.PreparedScript;
import dev.migrator.script.PreparedStep;
import dev.migrator.stop.LockLost;
import dev.migrator.stop.SessionUnreadable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one plan through one session. A lost session or lock ends it with an exception; what was committed
 * before is in the results already, and the history has it in any case.
 */
final class Executor {

    /** How many small scripts share a message at most: enough to make a slow network harmless, few enough to watch. */
    private static final int MOST_IN_A_MESSAGE = 16;

    private static final int LONGEST_MESSAGE = 128 * 1024;

    private final RunContext context;
    private final Results results;
    private final StepRecorder recorder;
    private final LockAttempts attempts;

    Executor(RunContext context, Results results) {
        this.context = context;
        this.results = results;
        this.recorder = new StepRecorder(context, results);
        this.attempts = new LockAttempts(context);
    }

    /** Returns false when another node has applied one of them meanwhile: the plan is out of date. */
    boolean run(List<PreparedStep> steps) throws SQLException, IOException {
        try (attempts) {
            return runAll(steps);
        }
    }

    private boolean runAll(List<PreparedStep> steps) throws SQLException, IOException {
        int next = 0;
        while (next < steps.size()) {
            PreparedStep step = steps.get(next);
            Problem obstacle = results.obstacle(step, context);
            if (obstacle != null) {
                results.add(step, Outcome.NOT_TRIED, Duration.ZERO, obstacle);
                next++;
            } else {
                int settled = runFrom(steps, next);
                if (settled < 0) {
                    return false;
                }
                next += settled;
            }
        }
        return true;
    }

    /** Returns how many scripts are settled, or -1 when the plan is out of date. */
    private int runFrom(List<PreparedStep> steps, int next) throws SQLException, IOException {
        PreparedStep step = steps.get(next);
        try {
            if (!(step instanceof PreparedScript script)) {
                return new DataSteps(context, recorder, attempts, this).run(step);
            }
            if (script.transactional()) {
                return runGroup(group(steps, next));
            }
            runStatementwise(script);
            return 1;
        } catch (SessionUnreadable e) {
            throw e.by(step.file());
        }
    }

    /** The scripts from {@code first} on that may share a message. */
    private List<PreparedScript> group(List<PreparedStep> steps, int first) {
        List<PreparedScript> group = new ArrayList<>();
        long length = 0;
        for (int i = first; i < steps.size() && group.size() < MOST_IN_A_MESSAGE; i++) {
            if (!(steps.get(i) instanceof PreparedScript script)) {
                break;
            }
            length += script.outline().characters();
            boolean joins = script.mayShareMessage()
                    && context.hooks().mayShareMessage()
                    && length <= LONGEST_MESSAGE
                    && !attempts.hasTried(script)
                    && results.obstacle(script, context) == null;
            if (!group.isEmpty() && !joins) {
                break;
            }
            group.add(script);
            if (!joins) {
                break;
            }
        }
        return group;
    }

    /** Returns how many scripts are settled, or -1 when the plan is out of date. */
    private int runGroup(List<PreparedScript> group) throws SQLException, IOException {
        for (PreparedScript script : group) {
            recorder.started(script, attempts.of(script));
        }
        long startedAt = System.nanoTime();
        Sent sent = attempts.run(group.get(0), () -> new TransactionalExecution(context, attempts).run(group));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        ScriptMessage.Origin failed = sent.failedOrigin();
        if (failed != null && sent.committed() < group.size()) {
            rollBackAndClean();
        }
        context.tellIfUnreplicated(sent.answer(), group.subList(0, sent.committed()));
        recorder.succeeded(group.subList(0, sent.committed()), elapsed);
        if (failed == null) {
            return group.size();
        }
        if (sent.committed() == group.size()) {
            return cleanedAgain(sent, group);
        }
        if (context.isLockLost(sent)) {
            throw new LockLost(failed.script().name());
        }
        if (group.size() > 1 && sent.answer().completed() == 0 && !sent.hasPosition()) {
            // the message was refused as a whole, and nobody says for the sake of which script
            return runGroup(group.subList(0, 1));
        }
        int settled = sent.committed();
        PreparedScript script = group.get(settled);
        if (failed.script() != script) {
            // the server reads a whole message before it runs any of it: those before the misspelt one go alone
            int misspelt = group.indexOf(failed.script());
            int again = runGroup(group.subList(settled, misspelt));
            return again < 0 ? -1 : settled + again;
        }
        boolean isSettled = settle(script, sent, elapsed);
        verifyLock(script);
        return isSettled ? settled + 1 : retryOrReplan(script, sent, settled, elapsed);
    }

    /** The message failed after the last COMMIT: while cleaning up. A request to cancel may have come that late. */
    private int cleanedAgain(Sent sent, List<PreparedScript> group) throws SQLException {
        PreparedScript last = group.get(group.size() - 1);
        SQLException error = sent.answer().error();
        if (isCancelled(sent.answer().sqlState())) {
            rollBackAndClean();
            verifyLock(last);
            return group.size();
        }
        if (error != null && !HeldLock.LOST.equals(error.getSQLState())) {
            throw error;
        }
        throw new LockLost(last.name());
    }

    private boolean isCancelled(@Nullable String sqlState) {
        return context.cancellation().isRequested()
                && (SqlState.QUERY_CANCELED.equals(sqlState) || SqlState.mayRunAgain(sqlState));
    }

    /** True when the script's fate is decided: failed. */
    private boolean settle(PreparedScript script, Sent sent, Duration elapsed) throws SQLException {
        String state = sent.answer().sqlState();
        if (isFenced(sent)) {
            return false;
        }
        if (isCancelled(state)) {
            cancelled(script, elapsed, outcomeOfFailure(script), null);
            return true;
        }
        if (attempts.mayTryAgain(script, state)) {
            return false;
        }
        FailureText text = FailureText.of(sent.message(), sent.answer());
        Problem problem = text.problem(outcomeOfFailure(script) + attempts.waitedFor(), text.advice(context, script));
        recorder.failed(script, problem, text.brief(), state, elapsed, null);
        return true;
    }

    private static String stays(Journal journal) {
        return journal.statementsDone() + " of its statements are done and stay; the next run goes on at this one.";
    }

    private static String outcomeOfFailure(PreparedScript script) {
        return script.takesBack()
                ? script.name() + " stays applied: everything that its down script did was rolled back."
                : "Everything that " + script.name() + " did was rolled back.";
    }

    private void cancelled(PreparedScript script, Duration elapsed, String outcome, @Nullable Journal journal)
            throws SQLException {
        Problem problem = context.cancellation().problem(script.file(), outcome);
        String brief = problem.subject() + ": " + problem.description();
        recorder.failed(script, problem, brief, SqlState.QUERY_CANCELED, elapsed, journal);
    }

    private boolean isFenced(Sent sent) {
        ScriptMessage.Origin origin = sent.failedOrigin();
        return origin != null && origin.statement() == null && context.table().refusesSecond(sent.answer());
    }

    private int retryOrReplan(PreparedScript script, Sent sent, int settled, Duration elapsed) throws SQLException {
        if (isFenced(sent)) {
            return -1;
        }
        Duration pause = attempts.nextPause(script);
        context.tellRetry(script, sent, attempts, pause);
        if (!attempts.pause(script, pause)) {
            cancelled(script, elapsed, outcomeOfFailure(script), null);
            return settled + 1;
        }
        return settled;
    }

    private void runStatementwise(PreparedScript script) throws SQLException, IOException {
        recorder.started(script, attempts.of(script));
        long startedAt = System.nanoTime();
        StatementwiseExecution.Ended ended = new StatementwiseExecution(context, script, attempts).run();
        if (ended.failure() != null && (isFenced(ended.failure()) || context.isLockLost(ended.failure()))) {
            throw new LockLost(script.name());
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        Sent failure = ended.failure();
        if (ended.refused() != null) {
            rollBackAndClean();
            recorder.refused(script, ended.refused(), elapsed);
        } else if (failure != null && isCancelled(failure.answer().sqlState())) {
            rollBackAndClean();
            cancelled(script, elapsed, stays(ended.journal()) + ended.remark(), ended.journal());
        } else if (failure != null) {
            FailureText text = FailureText.of(failure.message(), failure.answer());
            Problem problem = text.problem(stays(ended.journal()) + ended.remark(), text.advice(context, script));
            rollBackAndClean();
            recorder.failed(script, problem, text.brief(), failure.answer().sqlState(), elapsed, ended.journal());
        } else {
            recorder.succeeded(script, elapsed);
        }
        verifyLock(script);
    }

    /** Gives back what the migration locked and forgot, too. */
    void verifyLock(PreparedStep script) throws SQLException {
        Message tidy = new Message();
        context.tidy(script).forEach(tidy::add);
        Answer answer = context.send(tidy);
        SQLException error = answer.error();
        if (error != null) {
            if (HeldLock.LOST.equals(error.getSQLState())) {
                throw new LockLost(script.name());
            }
            throw error;
        }
    }

    void rollBackAndClean() throws SQLException {
        Message message = new Message();
        if (context.session().inTransaction()) {
            message.add("ROLLBACK");
        }
        context.addCleanup(message);
        context.send(message).orThrow();
    }
}
