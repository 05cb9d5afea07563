package dev.migrator;

import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockWaiter;
import dev.migrator.postgres.Blocker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who stands in whose way, at one moment.
 *
 * @param place host, port and database, without credentials
 * @param holder of the migration lock, or null when nobody has it
 * @param migration what the holder is running, where the server tells
 * @param waiters other sessions that wait for the migration lock
 * @param blockers sessions that the holder's running statement waits for
 * @param remarks what could not be seen, and why; and who works beside the traffic
 */
public record LocksReport(
        String place,
        @Nullable LockHolder holder,
        @Nullable String migration,
        List<LockWaiter> waiters,
        List<Blocker> blockers,
        List<String> remarks) {

    public LocksReport {
        waiters = List.copyOf(waiters);
        blockers = List.copyOf(blockers);
        remarks = List.copyOf(remarks);
    }
}
