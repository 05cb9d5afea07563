package dev.migrator.reconcile;

import dev.migrator.execute.RunSettings;
import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;

/**
 * The database that a service uses, and how it is used.
 *
 * @param anywhere the tracking table, perhaps without its schema
 */
public record Database(Connector connector, HistoryTable anywhere, RunSettings settings) {

    Place look(Session session) throws SQLException {
        return look(session, anywhere);
    }

    Place look(Session session, HistoryTable known) throws SQLException {
        History history = known.read(session);
        HistoryTable table = known.in(history.facts());
        String schema = table.names().schema();
        if (schema == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.NO_SCHEMA,
                    "search_path",
                    "No schema of the search path (" + history.facts().searchPath() + ") exists.",
                    "Set migrator.schema, or create the schema."));
        }
        return new Place(this, session, table, history, schema);
    }
}
