package dev.migrator;

import dev.migrator.batch.BatchStatus;
import dev.migrator.lock.LockHolder;
import dev.migrator.plan.Phases;
import dev.migrator.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the files and the database shows.
 *
 * @param place host, port and database, without credentials
 * @param pending names of what the next run would try, in order, failed ones too
 * @param historyExists whether there is a tracking table; without one nothing was ever applied
 * @param lockHolder who is migrating now, or null
 * @param phases what a start leaves to later phases
 * @param batches how far batched migrations are
 */
public record StatusReport(
        String place,
        Statistics statistics,
        List<MigrationStatus> migrations,
        List<String> pending,
        List<Problem> problems,
        boolean historyExists,
        @Nullable LockHolder lockHolder,
        Phases phases,
        List<BatchStatus> batches) {

    /** Whether the schema is what this service was written for: nothing pending, nothing failed, no error found. */
    public boolean isComplete() {
        return statistics.pending() == 0 && problems.stream().noneMatch(Problem::isError);
    }
}
