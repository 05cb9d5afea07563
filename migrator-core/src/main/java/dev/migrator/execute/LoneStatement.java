package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.alone.Earlier;
import dev.migrator.alone.SessionTimeouts;
import dev.migrator.event.MigrationEvent;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.ServerText;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PreparedScript;
import dev.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/** One statement of a file, outside of any transaction: within its limits, and never sent before the journal is ready. */
final class LoneStatement {

    private final RunContext context;
    private final PreparedScript script;
    private final StepJournal journal;
    private final Bookkeeping ours;
    private final Supplier<Message> claim;
    private final AloneRun.Limit limit;
    private final AloneRun run;

    /** Sends a message of ours, which must succeed. */
    interface Bookkeeping {
        void send(Message message) throws SQLException;
    }

    /** @param claim writes the journal as it stands then */
    LoneStatement(
            RunContext context, PreparedScript script, StepJournal journal, Bookkeeping ours, Supplier<Message> claim) {
        this.context = context;
        this.script = script;
        this.journal = journal;
        this.ours = ours;
        this.claim = claim;
        this.limit = context.indexLimit(script);
        this.run = new AloneRun(
                context.session(),
                context.connector(),
                context.cancellation(),
                limit,
                progress -> context.tellProgress(script, progress));
    }

    /**
     * A lost connection is in the answer.
     *
     * @param lockTimeout sets it for a statement that must not queue for long
     */
    AloneRun.Ended run(SqlStatement statement, String lockTimeout) throws SQLException {
        Earlier earlier = earlier(statement);
        SessionTimeouts timeouts = SessionTimeouts.of(
                statement, limit, lockTimeout, script.directives().statementTimeout());
        ours.send(timeouts.begin());
        AloneRun.Ended ended = run.run(statement, earlier);
        if (!ended.answer().lostConnection()) {
            ours.send(timeouts.end());
        }
        return ended;
    }

    /**
     * It is done, and the catalog may not show it: another session would run it a second time. So where somebody has locked
     * the tracking table its record is tried again here, and not the file.
     */
    void record() throws SQLException {
        RetryPolicy retry = context.settings().lockRetry();
        long startedAt = System.nanoTime();
        for (int tries = 1; ; tries++) {
            try {
                ours.send(claim.get());
                return;
            } catch (SQLException e) {
                if (!SqlState.mayRunAgain(e.getSQLState())) {
                    throw e;
                }
                ours.send(Message.of("ROLLBACK"));
                Duration pause = retry.pauseAfter(tries);
                if (!retry.allows(tries, Duration.ofNanos(System.nanoTime() - startedAt)) || !pause(e, pause)) {
                    throw new MigratorException(notRecorded(e), e);
                }
            }
        }
    }

    private boolean pause(SQLException refused, Duration pause) {
        Problem problem = ConnectionTrouble.refused(refused, context.connector().details())
                .first();
        context.listeners()
                .on(new MigrationEvent.ConnectionRetried(context.run().runId(), problem, pause));
        return context.cancellation().pause(pause);
    }

    /** The code of a passing trouble would let a service try the file again by itself. */
    private Problem notRecorded(SQLException e) {
        return Problem.error(
                ProblemCode.MIGRATION_FAILED,
                script.file(),
                journal.now().statementsDone()
                        + " of its statements are done, and the last of them, which ran alone, could not be recorded: "
                        + ServerText.line(e) + " (SQLSTATE " + e.getSQLState() + ")",
                "See in pg_locks who holds " + context.table().names().display()
                        + ", and end that. Look at what the statement has done before you start again: the next run begins"
                        + " with it, unless the catalog shows that it is done. Where it must not run twice, leave it out of"
                        + " the file for that start.");
    }

    /** A statement leaves only when it is journaled what it found: where that is missing, no try before has sent it. */
    private Earlier earlier(SqlStatement statement) throws SQLException {
        String known = journal.found();
        if (known != null) {
            return new Earlier(journal.mayHaveRun(), known);
        }
        String found = run.find(statement);
        if (found == null) {
            return new Earlier(journal.mayHaveRun(), null);
        }
        journal.find(found);
        ours.send(claim.get());
        return new Earlier(false, found);
    }
}
