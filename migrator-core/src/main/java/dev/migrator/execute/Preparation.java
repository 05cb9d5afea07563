package dev.migrator.execute;

import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableShape;
import dev.migrator.plan.Plan;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.util.List;

/** What is put in order under the lock before the first migration: the tracking tables and their checksums. */
final class Preparation {

    private final Session session;
    private final HistoryTable table;
    private final RunScope scope;

    Preparation(Session session, HistoryTable table, RunScope scope) {
        this.session = session;
        this.table = table;
        this.scope = scope;
    }

    /** Creates or upgrades them; refuses a database whose history may have been lost. */
    void tables(History history) throws SQLException {
        if (history.shape() == TableShape.MISSING && scope.settings().createSchema()) {
            session.execute("CREATE SCHEMA IF NOT EXISTS "
                    + Sql.identifier(String.valueOf(table.names().schema())));
        }
        if (history.entries().isEmpty() && scope.settings().existingSchema() == RunSettings.ExistingSchema.REFUSE) {
            List<String> strangers = table.otherTables(session);
            if (!strangers.isEmpty()) {
                throw new MigratorException(notEmpty(history, strangers));
            }
        }
        table.prepare(session, history);
    }

    private Problem notEmpty(History history, List<String> strangers) {
        boolean missing = history.shape() == TableShape.MISSING;
        return Problem.error(
                missing ? ProblemCode.HISTORY_MISSING : ProblemCode.HISTORY_EMPTY,
                table.names().display(),
                "The history " + (missing ? "does not exist" : "is empty") + ", but the schema has tables ("
                        + String.join(", ", strangers)
                        + "): it may have been lost, and beginning again from the first migration would do everything"
                        + " twice.",
                "Restore the history; or adopt what is there with: baseline; or, if the tables have nothing to do with the"
                        + " migrations, set migrator.existing-schema=allow.");
    }

    /** Stores checksums that were verified in an adopted form in ours. */
    void rehash(Plan plan) throws SQLException {
        if (plan.rehash().isEmpty()) {
            return;
        }
        Message message = Message.of("BEGIN");
        for (Plan.Rehash rehash : plan.rehash()) {
            table.addChecksum(message, rehash.entry(), rehash.checksum());
            table.log()
                    .add(
                            message,
                            scope.run(),
                            rehash.entry().migration(),
                            "rehash",
                            "success",
                            "verified as " + rehash.entry().checksum(),
                            rehash.checksum());
        }
        message.add("COMMIT");
        session.send(message).orThrow();
    }
}
