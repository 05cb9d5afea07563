package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.StatusReport;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.SchemaVerification;
import dev.migrator.autoconfigure.phase.LaterMigrations;
import dev.migrator.autoconfigure.phase.LaterState;
import dev.migrator.execute.RunReport;
import dev.migrator.plan.Phases;
import dev.migrator.problem.MigratorException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person has done may have brought the service the schema that it waits for. Nobody else would look. */
final class MendedSchema {

    private static final Logger log = LoggerFactory.getLogger(MendedSchema.class);

    private final Migrator migrator;
    private final MigrationActivity activity;
    private final @Nullable LaterMigrations later;

    /** @param later null where migrations are switched off */
    MendedSchema(Migrator migrator, MigrationActivity activity, @Nullable LaterMigrations later) {
        this.migrator = migrator;
        this.activity = activity;
        this.later = later;
    }

    /** A run of all that was pending has succeeded. Of what it was not about it says nothing. */
    void ranAll(RunReport report) {
        ActivitySnapshot known = activity.snapshot();
        if (known.failed().isEmpty() && (known.phase() != Phase.FAILED || migrates())) {
            activity.ended(report);
            goOnWith(report.phases());
        } else {
            lookAgain();
        }
    }

    /** What kept the service from its schema may be out of the way: run by itself, or skipped. */
    void lookAgain() {
        ActivitySnapshot known = activity.snapshot();
        if (known.phase() != Phase.FAILED && known.failed().isEmpty() && hasNothingLeft()) {
            return;
        }
        try {
            StatusReport status = migrator.status();
            if (isComplete(status)) {
                migrator.verifySchema();
                activity.verified(status);
                if (known.phase() == Phase.FAILED) {
                    log.info("The schema is complete now");
                }
                goOnWith(status.phases());
            }
        } catch (MigratorException e) {
            log.warn("It could not be seen whether the schema is complete now: {}", e.getMessage());
        }
    }

    private boolean migrates() {
        return later == null || later.migrates();
    }

    private boolean hasNothingLeft() {
        return later == null || later.state().step() == LaterState.Step.NOTHING;
    }

    /** As the start has judged it. */
    private boolean isComplete(StatusReport status) {
        return migrates() ? status.isComplete() : SchemaVerification.of(status).isComplete();
    }

    /** As after a start; but what has failed in this process is tried again only by name, or by the next start. */
    private void goOnWith(Phases phases) {
        List<String> failed = activity.snapshot().failed();
        if (later != null && phases.left().stream().noneMatch(left -> failed.contains(left.name()))) {
            later.schemaIsComplete(phases);
        } else if (later != null) {
            later.schemaIsIncomplete(phases);
        }
    }
}
