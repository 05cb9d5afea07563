package dev.migrator.execute;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.script.PreparedScript;
import dev.migrator.script.ScriptCheck;
import dev.migrator.sql.Position;
import dev.migrator.sql.SqlStatement;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * Turns what the server says about a message into what a person needs: file, line, column, the statement with a caret,
 * SQLSTATE, detail, hint, context, and what became of the migration.
 */
final class FailureText {

    private static final Pattern LINE_IN_BLOCK = Pattern.compile("inline_code_block line (\\d+)");
    private static final Pattern LINE_IN_COPY = Pattern.compile("COPY [^,]+, line (\\d+)");
    private static final Pattern BODY = Pattern.compile("\\$[\\p{L}_\\d]*\\$|'");
    private static final Pattern SECRET = Pattern.compile("(?i)password");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}\\s]*}");
    private static final Set<String> HISTORY_GONE =
            Set.of(SqlState.UNDEFINED_TABLE, SqlState.UNDEFINED_COLUMN, SqlState.UNDEFINED_SCHEMA);
    private static final int WIDEST = 120;
    private static final String MEND = "Mend the file and start again: a failed migration is tried again by itself.";

    private static final String MEND_BACK =
            "Mend the down script and roll back again; or go forward with a new migration.";

    private final String file;
    private final @Nullable SqlStatement statement;
    private final @Nullable ServerErrorMessage server;
    private final Answer answer;
    private final int offset;
    private final boolean atCommit;

    private FailureText(
            String file,
            @Nullable SqlStatement statement,
            @Nullable ServerErrorMessage server,
            Answer answer,
            int offset,
            boolean atCommit) {
        this.file = file;
        this.statement = statement;
        this.server = server;
        this.answer = answer;
        this.offset = offset;
        this.atCommit = atCommit;
    }

    static FailureText of(ScriptMessage message, Answer answer) {
        int index = answer.failedStatement(message.message());
        ScriptMessage.Origin origin = message.origin(index);
        return of(origin.file(), origin.statement(), message.message(), answer);
    }

    /** @param statement the one that failed; null for one of ours */
    static FailureText of(String file, @Nullable SqlStatement statement, Message message, Answer answer) {
        boolean atCommit = message.is(answer.failedStatement(message), "COMMIT");
        return new FailureText(file, statement, answer.serverMessage(), answer, answer.failedOffset(message), atCommit);
    }

    /** What to do about it. */
    String advice(RunContext context, PreparedScript script) {
        if (tookHistory()) {
            return "Leave the tracking tables as they are; with migrator.schema they have a schema of their own.";
        }
        Matcher placeholder = PLACEHOLDER.matcher(statement == null ? "" : statement.text());
        return placeholder.find()
                ? "Nothing replaces the placeholder " + SafeText.line(placeholder.group())
                        + " here: write the value itself, then start again."
                : advice(answer.sqlState(), context.settings(), script.takesBack() ? MEND_BACK : MEND);
    }

    /** Where the SQLSTATE tells more than "mend the statement". */
    static String advice(@Nullable String state, RunSettings settings, String mend) {
        if (state == null) {
            return mend;
        }
        return switch (state) {
            case SqlState.LOCK_NOT_AVAILABLE ->
                "Another session holds a lock on the table for longer than all tries together. Find it with"
                        + " pg_blocking_pids, or run the migration at a quieter time; lock_timeout was "
                        + settings.lockTimeout().toMillis() + " ms.";
            case SqlState.DEADLOCK -> "It met a deadlock with other sessions at every try; run it at a quieter time.";
            case SqlState.QUERY_CANCELED ->
                "The statement was cancelled: by a time-out (the file's statement-timeout, migrator.statement-timeout,"
                        + " migrator.ddl.index-timeout), or by a person.";
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                "Grant the role what the statement needs, or give another role in migrator.username.";
            case SqlState.READ_ONLY_TRANSACTION -> "Point the connection to a server that can be written.";
            case "25001", "2D000" ->
                "This statement can't run in a transaction: mark the file with -- migrator: no-transaction";
            case "55P04" -> "A new enum value can't be used in the transaction that adds it: split the file in two.";
            case "53100", "53200" ->
                "The server is out of disk or memory; nothing was changed. Make room and start again.";
            default -> mend;
        };
    }

    /** The record is written where the history was found; the file has removed or changed it since. */
    private boolean tookHistory() {
        return isRecord() && HISTORY_GONE.contains(String.valueOf(answer.sqlState()));
    }

    private boolean isRecord() {
        return statement == null && !atCommit && !SqlState.SYNTAX_ERROR.equals(answer.sqlState());
    }

    /** For the log and the person who starts the service: everything that the server said. */
    Problem problem(String outcome, String action) {
        StringBuilder text = new StringBuilder(headline());
        appendStatement(text);
        if (server != null) {
            String whole = String.valueOf(server.getMessage());
            append(text, "Whole message", whole.equals(withoutValues(whole)) ? null : whole);
            append(text, "Detail", server.getDetail());
            append(text, "Hint", server.getHint());
            append(text, "Where", server.getWhere());
        }
        text.append('\n').append(outcome);
        ProblemCode code = tookHistory() ? ProblemCode.HISTORY_GONE : ProblemCode.MIGRATION_FAILED;
        return Problem.error(code, place(), text.toString(), action);
    }

    /** For the table and the endpoint: without DETAIL, the statement and values, which may be data of persons. */
    String brief() {
        String constraint = server == null || server.getConstraint() == null
                ? ""
                : " (constraint " + SafeText.line(server.getConstraint()) + ")";
        return place() + ": " + headline() + constraint;
    }

    private String headline() {
        String message = server != null ? server.getMessage() : String.valueOf(answer.error());
        String state = answer.sqlState();
        String step = "";
        if (answer.completed() == 0 && statement == null) {
            step = "The server could not read its text. ";
        } else if (tookHistory()) {
            step = "It took the history away, or changed it, so its record could not be written. ";
        } else if (isRecord()) {
            step = "Its record could not be written. ";
        } else if (atCommit) {
            step = "At COMMIT, when deferred constraints are checked: ";
        }
        return step + "ERROR: " + SafeText.line(clean(withoutValues(String.valueOf(message))))
                + (state == null ? "" : " (SQLSTATE " + state + ")");
    }

    private String withoutValues(String message) {
        return SafeText.withoutValues(message, answer.sqlState());
    }

    /** {@code file:line:column}; the file alone where one of our own statements failed. */
    private String place() {
        if (statement == null) {
            return file;
        }
        Integer inBlock = lineInBlock(statement);
        if (inBlock != null) {
            return file + ":" + inBlock + ":1";
        }
        Integer inRows = lineInRows(statement);
        if (inRows != null) {
            return file + ":" + inRows + ":1";
        }
        Position position = offset < 0 ? statement.position() : statement.positionAt(offset);
        return ScriptCheck.at(file, position);
    }

    /** The line inside of a DO body that the server's context tells. */
    private @Nullable Integer lineInBlock(SqlStatement of) {
        Matcher block = LINE_IN_BLOCK.matcher(context());
        Matcher body = BODY.matcher(of.text());
        return block.find() && body.find()
                ? of.positionAt(body.end()).line() + Integer.parseInt(block.group(1)) - 1
                : null;
    }

    /** The line of COPY rows that the server's context tells. */
    private @Nullable Integer lineInRows(SqlStatement of) {
        Matcher copy = LINE_IN_COPY.matcher(context());
        return copy.find() ? of.positionAt(of.text().length()).line() + Integer.parseInt(copy.group(1)) : null;
    }

    private String context() {
        return server == null || server.getWhere() == null ? "" : server.getWhere();
    }

    /** What is shown of the statement begins here: its first line, unless the server has told another one. */
    private int shownFrom(SqlStatement of) {
        Integer line = offset < 0 ? lineInBlock(of) : null;
        int at = Math.max(0, Math.min(offset, of.text().length()));
        for (int more = line == null ? 0 : line - of.position().line(); more > 0; more--) {
            int end = of.text().indexOf('\n', at);
            at = end < 0 ? at : end + 1;
        }
        return at;
    }

    private void appendStatement(StringBuilder text) {
        if (statement == null) {
            return;
        }
        String source = statement.text();
        if (SECRET.matcher(source).find()) {
            text.append("\n    (the statement is not shown: it speaks of a password)");
            return;
        }
        int at = shownFrom(statement);
        int start = source.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
        if (at == 0) {
            start = 0;
        }
        int end = source.indexOf('\n', at);
        String line = source.substring(start, end < 0 ? source.length() : end).replace("\r", "");
        int caret = at - start;
        if (caret > WIDEST / 2 && line.length() > WIDEST) {
            line = "…" + line.substring(caret - WIDEST / 2 + 1);
            caret = WIDEST / 2;
        }
        String shown = line.length() > WIDEST ? line.substring(0, WIDEST) + "…" : line;
        text.append("\n    ").append(SafeText.line(shown.replace('\t', ' ')));
        if (offset >= 0) {
            text.append("\n    ").append(" ".repeat(caret)).append('^');
        }
    }

    /** What follows a line break is indented: no line of a log begins with what somebody else has written. */
    private void append(StringBuilder text, String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            String safe = SafeText.of(clean(value)).replace("\n", "\n    ");
            text.append('\n').append(label).append(": ").append(safe);
        }
    }

    private String clean(String serverText) {
        return statement == null ? serverText : SafeText.withoutPasswordsOf(statement.text(), serverText);
    }
}
