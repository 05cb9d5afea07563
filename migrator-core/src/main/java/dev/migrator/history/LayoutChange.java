package dev.migrator.history;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.ServerText;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;

/** Creates the tracking tables, or makes adopted ones ours, and says why where it can't. */
final class LayoutChange {

    private final HistoryTable table;

    LayoutChange(HistoryTable table) {
        this.table = table;
    }

    void make(Session session, History history) throws SQLException {
        if (history.shape() == TableShape.OURS) {
            return;
        }
        Answer answer = session.send(
                switch (history.shape()) {
                    case MISSING -> Layout.create(table);
                    case LOG_MISSING -> Layout.restoreLog(table);
                    default -> Layout.upgrade(table);
                });
        SQLException error = answer.error();
        if (error == null) {
            return;
        }
        if (answer.lostConnection()) {
            throw error;
        }
        if (session.inTransaction()) {
            session.execute("ROLLBACK");
        }
        if (table.read(session).shape() != TableShape.OURS) {
            throw explain(error, history.facts());
        }
    }

    private MigratorException explain(SQLException error, ServerFacts facts) {
        String state = String.valueOf(error.getSQLState());
        String message = ServerText.line(error);
        Problem problem = switch (state) {
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                Problem.error(
                        ProblemCode.NO_PRIVILEGE,
                        table.names().display(),
                        "Role " + facts.user() + " may not create the tracking tables: " + message,
                        "GRANT USAGE, CREATE ON SCHEMA "
                                + Sql.identifier(String.valueOf(table.names().schema())) + " TO "
                                + Sql.identifier(facts.user()) + ";");
            case SqlState.UNDEFINED_SCHEMA ->
                Problem.error(
                        ProblemCode.NO_SCHEMA,
                        table.names().display(),
                        "The schema " + table.names().schema() + " does not exist.",
                        "Create it, or let it be created: migrator.create-schema=true.");
            case SqlState.READ_ONLY_TRANSACTION ->
                Problem.error(
                        ProblemCode.READ_ONLY,
                        facts.database(),
                        "The database is read-only: " + message,
                        "Point migrator.url to the primary server.");
            default ->
                Problem.error(
                        ProblemCode.HISTORY_SHAPE,
                        table.names().display(),
                        "The tracking tables can't be created or upgraded: " + message + " (SQLSTATE " + state + ")",
                        "Nothing was changed. Mend the cause and start again.");
        };
        return new MigratorException(problem, error);
    }
}
