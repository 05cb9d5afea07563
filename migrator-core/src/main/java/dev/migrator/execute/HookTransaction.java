package dev.migrator.execute;

import dev.migrator.event.LogContext;
import dev.migrator.hook.HookScript;
import dev.migrator.migration.HookFile.Moment;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a hook of the whole run: one transaction, one message, under the lock. */
final class HookTransaction {

    private final RunContext context;
    private final HookScript hook;
    private int first;

    HookTransaction(RunContext context, HookScript hook) {
        this.context = context;
        this.hook = hook;
    }

    static void runAt(Moment moment, RunContext context) throws SQLException {
        HookScript hook = context.hooks().at(moment).orElse(null);
        if (hook != null) {
            LogContext.leave();
            new HookTransaction(context, hook).run();
        }
    }

    /** Throws what ends the run: nothing of the hook is left then. */
    private void run() throws SQLException {
        RetryPolicy retry = context.settings().lockRetry();
        long startedAt = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            Message message = message();
            Answer answer = context.sendScript(message);
            if (answer.isComplete()) {
                return;
            }
            rollBack();
            boolean again = SqlState.mayRunAgain(answer.sqlState())
                    && retry.allows(attempt, Duration.ofNanos(System.nanoTime() - startedAt))
                    && context.cancellation().pause(retry.pauseAfter(attempt));
            if (!again) {
                throw new MigratorException(problem(message, answer), answer.error());
            }
        }
    }

    private Message message() {
        Message message = Message.of("BEGIN");
        context.conduct().addLocal(message);
        message.add(context.showInActivity(hook.moment().fileName()));
        message.add("SET LOCAL migrator.run_id = " + Sql.literal(context.run().runId()));
        first = message.statements();
        hook.statements().forEach(statement -> message.add(statement.text()));
        message.add("RESET SESSION AUTHORIZATION");
        message.add("RESET ROLE");
        message.add("COMMIT");
        context.addCleanup(message);
        context.lock().tidy(!hook.mayShareMessage()).forEach(message::add);
        return message;
    }

    private void rollBack() throws SQLException {
        Message message = new Message();
        if (context.session().inTransaction()) {
            message.add("ROLLBACK");
        }
        context.addCleanup(message);
        context.lock().tidy(true).forEach(message::add);
        context.send(message).orThrow();
    }

    private Problem problem(Message message, Answer answer) {
        if (context.cancellation().isRequested()) {
            return context.cancellation().problem(hook.file(), "Everything that it did was rolled back.");
        }
        int index = answer.failedStatement(message) - first;
        SqlStatement statement = index >= 0 && index < hook.statements().size()
                ? hook.statements().get(index)
                : null;
        return told(FailureText.of(hook.file(), statement, message, answer), answer.sqlState());
    }

    private Problem told(FailureText text, @Nullable String state) {
        boolean before = hook.moment() == Moment.BEFORE_RUN;
        Problem problem = text.problem(
                before
                        ? "Everything that it did was rolled back, and no migration was begun."
                        : "Everything that it did was rolled back; the migrations before it are applied and stay.",
                FailureText.advice(
                        state,
                        context.settings(),
                        before
                                ? "Mend the hook and start again."
                                : "Mend the hook and run it by hand: it comes again only with the next run that applies"
                                        + " something."));
        return Problem.error(ProblemCode.HOOK_FAILED, problem.subject(), problem.description(), problem.action());
    }
}
