package dev.migrator.data;

import dev.migrator.data.DataOutcome.Failed;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what code of a user has thrown into what people read. */
final class CodeFailure {

    static final String ROLLED_BACK = "Everything that it did in its transaction was rolled back.";

    private static final String MEND = "Mend it and start again: a failed migration is tried again by itself.";

    private final String migration;
    private final String origin;

    CodeFailure(String migration, String origin) {
        this.migration = migration;
        this.origin = origin;
    }

    Failed thrown(String method, Throwable thrown) {
        SQLException sql = SqlState.exceptionIn(thrown);
        String state = sql == null ? null : sql.getSQLState();
        String headline = method + " failed: " + headline(thrown, sql, state);
        String where = place(thrown);
        return failed(headline + (where == null ? "" : "\n    at " + where) + details(sql), headline, state, MEND);
    }

    Failed said(String what, String action) {
        return failed(what, what, null, action);
    }

    Failed said(String what) {
        return said(what, MEND);
    }

    private Failed failed(String text, String brief, @Nullable String state, String action) {
        Problem problem = Problem.error(ProblemCode.MIGRATION_FAILED, migration, text + "\n" + ROLLED_BACK, action);
        return new Failed(problem, migration + ": " + brief, state, null);
    }

    /** What was thrown, in one line without data. */
    static String headline(Throwable thrown) {
        SQLException sql = SqlState.exceptionIn(thrown);
        return headline(thrown, sql, sql == null ? null : sql.getSQLState());
    }

    private static String headline(Throwable thrown, @Nullable SQLException sql, @Nullable String state) {
        if (sql != null) {
            return serverText(sql) + (state == null ? "" : " (SQLSTATE " + state + ")");
        }
        if (thrown instanceof MigratorException ours) {
            return SafeText.line(ours.first().description());
        }
        return SafeText.line(thrown.toString());
    }

    /** Without DETAIL and values, which may be data of persons. */
    private static String serverText(SQLException sql) {
        return SafeText.line(SafeText.withoutValues(message(sql), sql.getSQLState()));
    }

    private static String message(SQLException sql) {
        ServerErrorMessage server = serverMessage(sql);
        return server == null ? String.valueOf(sql.getMessage()) : "ERROR: " + server.getMessage();
    }

    /** For the log alone. */
    private static String details(@Nullable SQLException sql) {
        if (sql == null) {
            return "";
        }
        String message = message(sql);
        boolean masked = !message.equals(SafeText.withoutValues(message, sql.getSQLState()));
        String whole = masked ? line("Whole message", message) : "";
        ServerErrorMessage server = serverMessage(sql);
        if (server == null) {
            return whole;
        }
        return whole
                + line("Detail", server.getDetail())
                + line("Hint", server.getHint())
                + line("Where", server.getWhere());
    }

    private static String line(String label, @Nullable String text) {
        return text == null ? "" : "\n" + label + ": " + SafeText.of(text).replace("\n", "\n    ");
    }

    private static @Nullable ServerErrorMessage serverMessage(SQLException sql) {
        return sql instanceof PSQLException server ? server.getServerErrorMessage() : null;
    }

    /** The line of the user's own class, where the trace has one. */
    private @Nullable String place(Throwable thrown) {
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().equals(origin) || element.getClassName().startsWith(origin + "$")) {
                return element.toString();
            }
        }
        return null;
    }
}
