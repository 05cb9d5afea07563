package dev.migrator.execute;

import dev.migrator.postgres.Answer;
import dev.migrator.script.CopyRows;
import dev.migrator.script.PreparedScript;
import dev.migrator.sql.SqlPiece;
import dev.migrator.sql.SqlReader;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.io.IOException;
import java.io.Reader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts that are one transaction each. BEGIN, settings, the file, its success row and COMMIT travel as one
 * message; small scripts share one, each still a transaction of its own. A large script goes in pieces within its one
 * transaction, so that the heap stays flat.
 */
final class TransactionalExecution {

    private static final int PIECE = 256 * 1024;

    /** Between the pieces of a file we only read it: who takes so long is gone or frozen, and holds the file's locks. */
    private static final String FROZEN_CLIENT = "SET LOCAL idle_in_transaction_session_timeout = 60000";

    private final RunContext context;
    private final LockAttempts attempts;
    private ScriptMessage message = new ScriptMessage();

    TransactionalExecution(RunContext context, LockAttempts attempts) {
        this.context = context;
        this.attempts = attempts;
    }

    /** Sends the scripts, all of which must be small unless there is only one. */
    Sent run(List<PreparedScript> scripts) throws IOException {
        List<Integer> commits = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            PreparedScript script = scripts.get(i);
            begin(script, i == 0);
            Sent failed = addStatements(script);
            if (failed != null) {
                return failed;
            }
            commits.add(addEnd(script, i == 0 ? StartTime.OF_TRANSACTION : StartTime.NOTED));
        }
        PreparedScript last = scripts.get(scripts.size() - 1);
        context.addCleanup(message.message());
        context.tidy(last).forEach(message.message()::add);
        message.note(last);
        Answer answer = context.sendScript(message.message());
        int committed =
                (int) commits.stream().filter(at -> at < answer.completed()).count();
        return new Sent(committed, message, answer);
    }

    private void begin(PreparedScript script, boolean first) {
        if (!first) {
            // in a block of its own: else the next BEGIN would take these statements into its transaction
            message.addOurs(script, "BEGIN");
            context.addCleanup(message.message());
            message.message().add(StartTime.NOTE);
            message.message().add("COMMIT");
        }
        message.message().add("BEGIN");
        context.conduct().addLocal(message.message());
        message.message().add(FROZEN_CLIENT);
        message.message().add(context.showInActivity(script));
        message.message()
                .add("SET LOCAL lock_timeout = " + attempts.lockTimeout(script).toMillis());
        Duration statementTimeout = script.directives().statementTimeout();
        if (statementTimeout != null) {
            message.message().add("SET LOCAL statement_timeout = " + statementTimeout.toMillis());
        }
        message.note(script);
    }

    /** Adds the file's statements, and sends them whenever enough of them are together. Null if all went well. */
    private @Nullable Sent addStatements(PreparedScript script) throws IOException {
        if (script.leavesOutTransaction()) {
            script.outline().transactionModes().ifPresent(modes -> message.addOurs(script, "SET TRANSACTION " + modes));
        }
        try (Reader in = script.open()) {
            SqlReader reader = new SqlReader(in);
            for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
                Sent failed = piece instanceof SqlStatement statement ? add(script, statement, reader) : null;
                if (failed != null) {
                    return failed;
                }
            }
        }
        return null;
    }

    private @Nullable Sent add(PreparedScript script, SqlStatement statement, SqlReader reader) throws IOException {
        if (script.leavesOutTransaction() && statement.kind().controlsTransaction()) {
            return null;
        }
        if (statement.kind() == StatementKind.COPY_FROM_STDIN) {
            Sent failed = flush();
            return failed != null ? failed : copy(script, statement, reader);
        }
        message.add(script, statement);
        return message.message().length() < PIECE ? null : flush();
    }

    private @Nullable Sent flush() {
        if (message.message().isEmpty()) {
            return null;
        }
        Answer answer = context.sendScript(message.message());
        Sent sent = new Sent(0, message, answer);
        message = new ScriptMessage();
        return answer.isComplete() ? null : sent;
    }

    private @Nullable Sent copy(PreparedScript script, SqlStatement statement, SqlReader reader) throws IOException {
        try (CopyRows rows = new CopyRows(reader)) {
            context.cancellation().copyIn(context.session(), statement.text(), rows);
            return null;
        } catch (SQLException e) {
            ScriptMessage copy = new ScriptMessage();
            copy.add(script, statement);
            Sent failed = Sent.failedAt(copy, e, context.session().isLost());
            if (failed.answer().lostConnection()) {
                throw context.lost(failed.answer());
            }
            return failed;
        }
    }

    /** Returns the index of the COMMIT. The role goes back first: the record is ours to write. */
    private int addEnd(PreparedScript script, String startedAt) {
        message.message().add("RESET SESSION AUTHORIZATION");
        message.message().add("RESET ROLE");
        message.add(script, context.afterEach(script));
        context.addDone(message.message(), script, startedAt);
        message.note(script);
        return message.addOurs(script, "COMMIT");
    }
}
