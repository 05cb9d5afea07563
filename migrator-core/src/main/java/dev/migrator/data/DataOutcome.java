package dev.migrator.data;

import dev.migrator.history.AppliedRecord;
import dev.migrator.problem.Problem;
import org.jspecify.annotations.Nullable;

/** How one try of a data migration ended. */
public sealed interface DataOutcome {

    /** Committed together with its record. */
    record Done() implements DataOutcome {}

    /** Another node has recorded it first; ours is rolled back. */
    record Overtaken() implements DataOutcome {}

    /**
     * Rolled back.
     *
     * @param brief for the table: without data
     * @param sqlState what the server refused with, or null
     * @param work what is done all the same, by a migration of many transactions
     */
    record Failed(Problem problem, String brief, @Nullable String sqlState, AppliedRecord.@Nullable Work work)
            implements DataOutcome {}
}
