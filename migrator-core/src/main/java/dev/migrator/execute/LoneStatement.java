package dev.migrator.execute;

import dev.migrator.alone.AloneRun;
import dev.migrator.alone.Earlier;
import dev.migrator.alone.SessionTimeouts;
import dev.migrator.postgres.Message;
import dev.migrator.script.PreparedScript;
import dev.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.function.Supplier;

/** One statement of a file, outside of any transaction: within its limits, and never sent before the journal is ready. */
final class LoneStatement {

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
            RunContext context,
            PreparedScript script,
            StepJournal journal,
            Bookkeeping ours,
            Supplier<Message> claim) {
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

    /** A lost connection is in the answer. */
    AloneRun.Ended run(SqlStatement statement) throws SQLException {
        Earlier earlier = earlier(statement);
        SessionTimeouts timeouts =
                SessionTimeouts.of(statement, limit, script.directives().statementTimeout());
        ours.send(timeouts.begin());
        AloneRun.Ended ended = run.run(statement, earlier);
        if (!ended.answer().lostConnection()) {
            ours.send(timeouts.end());
        }
        return ended;
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
