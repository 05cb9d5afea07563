package dev.migrator.execute;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;

/** The lock is not ours any more, for example because a migration gave it away; it is taken again before going on. */
final class LockLost extends MigratorException {

    LockLost(String lastMigration) {
        super(Problem.warning(
                ProblemCode.LOCK_LOST,
                lastMigration,
                "After it the session did not hold the migration lock any more (pg_advisory_unlock_all, perhaps).",
                "The lock is taken again; keep migrations from giving away advisory locks."));
    }
}
