package dev.migrator.execute;

import dev.migrator.event.Listeners;
import dev.migrator.execute.MigrationRun.AfterRun;
import dev.migrator.execute.MigrationRun.LastLook;
import dev.migrator.history.AppliedRecord;
import dev.migrator.plan.Planning;
import dev.migrator.stop.Cancellation;

/** What all sessions of one run share. */
record RunScope(
        RunSettings settings,
        Planning planning,
        AppliedRecord.Run run,
        Listeners listeners,
        LastLook lastLook,
        AfterRun afterRun,
        Cancellation cancellation,
        Results results) {}
