package dev.migrator.stop;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;

/**
 * The lock is not ours any more: a migration gave it away, or another node was seen at work. It is taken again, and the
 * history read again, before going on.
 */
public final class LockLost extends MigratorException {

    public LockLost(String lastMigration) {
        super(Problem.warning(
                ProblemCode.LOCK_LOST,
                lastMigration,
                "The migration lock was lost: given away by a migration (pg_advisory_unlock_all, perhaps), a lease not"
                        + " renewed in time, or another node was seen at work.",
                "The lock is taken again; keep migrations from giving away advisory locks."));
    }
}
