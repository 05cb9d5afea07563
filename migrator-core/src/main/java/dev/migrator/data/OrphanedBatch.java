package dev.migrator.data;

import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.WalkedTable;
import dev.migrator.history.TableNames;
import dev.migrator.postgres.Session;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.SQLException;
import java.util.Set;

/**
 * Keeps a batch from its first row while another one is half done over the same table that nobody knows here: it may well
 * be the same one under its former name, and its rows would be done twice.
 *
 * @param orphans see {@link dev.migrator.plan.Plan#orphans}
 */
record OrphanedBatch(TableNames names, Set<String> orphans) {

    void refuse(Session session, WalkedTable walked, String migration) throws SQLException {
        if (orphans.isEmpty()) {
            return;
        }
        for (BatchStatus other : BatchStatus.read(session, names)) {
            boolean halfDone = other.scanned() > 0 && !other.status().equals("done");
            if (halfDone && orphans.contains(other.migration()) && other.table().equals(walked.name())) {
                throw refused(other, migration);
            }
        }
    }

    private static MigratorException refused(BatchStatus other, String migration) {
        return new MigratorException(Problem.error(
                ProblemCode.RESUME_CHANGED,
                migration,
                other.migration() + " has done " + other.scanned() + " of " + other.estimated() + " rows of "
                        + other.table() + ", and nobody knows it here any more. If this is the same under another name,"
                        + " those rows would be done a second time.",
                "If it is, call it " + other.migration() + " again: it goes on where it was, also with another text. If"
                        + " it is not, forget the other one: reset " + other.migration()));
    }
}
