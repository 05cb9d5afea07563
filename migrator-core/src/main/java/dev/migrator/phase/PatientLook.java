package dev.migrator.phase;

import dev.migrator.event.Listeners;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.MigratorException;
import dev.migrator.stop.Cancellation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/** A look at a database that may be away: tried again as a run is, until somebody cancels it. */
public record PatientLook(RetryPolicy retry, Listeners listeners, Cancellation cancellation, String runId) {

    public <T> T look(Supplier<T> look) {
        for (int tries = 1; ; tries++) {
            try {
                return look.get();
            } catch (MigratorException e) {
                if (!isAway(e) || !retry.allows(tries)) {
                    throw e;
                }
                Duration pause = retry.pauseAfter(tries);
                listeners.on(new MigrationEvent.ConnectionRetried(runId, e.first(), pause));
                cancellation.pause(pause);
                cancellation.refuseIfRequested(e.first().subject());
            }
        }
    }

    private static boolean isAway(MigratorException e) {
        return e.getCause() instanceof SQLException cause && SqlState.isConnectionTrouble(cause);
    }
}
