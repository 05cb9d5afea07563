package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.history.AppliedRecord;
import dev.migrator.plan.Planning;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.Deadline;

/** What all sessions of one run share. */
record RunScope(
        RunSettings settings,
        Planning planning,
        AppliedRecord.Run run,
        Listeners listeners,
        AfterRun afterRun,
        Deadline deadline,
        Cancellation cancellation,
        Results results) {}
