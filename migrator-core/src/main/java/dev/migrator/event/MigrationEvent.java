package dev.migrator.event;

import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened, in the order in which it happened. A run without anything to do has no events. */
public sealed interface MigrationEvent {

    String runId();

    /** It is about one migration. */
    sealed interface OfMigration extends MigrationEvent {

        MigrationName migration();
    }

    /** Another session has the lock; told again when the holder changes. */
    record LockWaiting(String runId, String holder) implements MigrationEvent {}

    /**
     * How far the other session is; told whenever that changes.
     *
     * @param current what it works on, as far as the server tells
     * @param applied those of the planned ones that are done
     * @param planned what this run came for
     */
    record Following(
            String runId,
            String holder,
            @Nullable MigrationName current,
            List<MigrationName> applied,
            List<MigrationName> planned)
            implements MigrationEvent {}

    /**
     * The wait is over; told once after the first {@link LockWaiting}.
     *
     * @param acquired false where another session has done everything meanwhile, or the run gave up
     */
    record LockWaited(String runId, boolean acquired, Duration waited) implements MigrationEvent {}

    /** The run has the lock and begins. A run that lost its session begins again. */
    record RunStarted(String runId, List<MigrationName> planned) implements MigrationEvent {}

    /** A rollback has the lock and begins. */
    record RollbackStarted(String runId, List<MigrationName> planned) implements MigrationEvent {}

    /** Small migrations may share a message: then each is told as started when the message leaves. */
    record MigrationStarted(String runId, MigrationName migration, int attempt) implements OfMigration {}

    /** A batch of a batched migration begins: one transaction. */
    record BatchStarted(String runId, MigrationName migration) implements OfMigration {}

    /**
     * See {@link BatchStarted}.
     *
     * @param rows how many rows it walked over
     * @param committed false where it was rolled back, to be tried in smaller parts or not at all
     */
    record BatchEnded(String runId, MigrationName migration, int rows, boolean committed, Duration duration)
            implements OfMigration {}

    /** A data migration tells how far it is; every few seconds at most. */
    record MigrationProgressed(String runId, MigrationName migration, Progress progress) implements OfMigration {}

    /**
     * A concurrent index build takes its time; told when something has changed, from a thread of its own.
     *
     * @param progress the server's phase, how far it is, and whom it waits for
     */
    record IndexBuilding(String runId, MigrationName migration, String progress) implements OfMigration {}

    record MigrationCompleted(String runId, MigrationName migration, Duration duration) implements OfMigration {}

    /** An applied migration was taken back, on purpose. */
    record MigrationRolledBack(String runId, MigrationName migration, Duration duration) implements OfMigration {}

    /**
     * The server rolled the migration back for the sake of others (a lock, a deadlock): it is tried again.
     *
     * @param waitedFor the sessions that were in its way, as far as they were seen; without their statements
     */
    record MigrationRetried(
            String runId, MigrationName migration, Problem problem, List<String> waitedFor, Duration pause)
            implements OfMigration {

        public MigrationRetried {
            waitedFor = List.copyOf(waitedFor);
        }

        /** Where nobody was seen. */
        public MigrationRetried(String runId, MigrationName migration, Problem problem, Duration pause) {
            this(runId, migration, problem, List.of(), pause);
        }

        /** In one line, for those who look on. */
        public String activity() {
            return "was rolled back for the sake of others and is tried again"
                    + (waitedFor.isEmpty() ? "" : ", waits for " + String.join("; ", waitedFor));
        }
    }

    record MigrationFailed(String runId, MigrationName migration, Problem problem) implements OfMigration {}

    /** The session was lost or could not be opened; the run goes on with another one after the pause. */
    record ConnectionRetried(String runId, Problem problem, Duration pause) implements MigrationEvent {}

    /** A remark worth a line in the log, which changes nothing. */
    record Noted(String runId, Problem problem) implements MigrationEvent {}

    /** See {@link RunCompleted}. */
    record RollbackCompleted(
            String runId,
            int rolledBack,
            int failed,
            int notTried,
            @Nullable Problem stopped,
            Duration duration) implements MigrationEvent {}

    /**
     * The database was compared with the expected files: by hand, or with something added by a run.
     *
     * @param added how many objects
     * @param complete whether nothing that is expected is missing any more
     */
    record Reconciled(String runId, int added, boolean complete) implements MigrationEvent {}

    /** From now on the schema as it is counts as what the migrations made of it: a person said so. */
    record DriftAccepted(String runId, String reason) implements MigrationEvent {}

    /**
     * The run gives the lock back. It has done everything only where nothing failed and nothing was left out.
     *
     * @param notTried how many were left out: after a failure, or because the run was stopped
     * @param stopped why it ended early: a request or the end of its time; null where nobody stopped it
     */
    record RunCompleted(
            String runId,
            int applied,
            int failed,
            int notTried,
            @Nullable Problem stopped,
            Duration duration) implements MigrationEvent {}

    /**
     * Told instead of {@link RunCompleted} or {@link RollbackCompleted} where the caller gets an exception: before anything
     * began (the database is away, the lock was not to be had, a file is wrong), or in the middle (a hook failed, the
     * session was lost for good).
     */
    record RunAborted(String runId, List<Problem> problems, Duration duration) implements MigrationEvent {

        public RunAborted {
            problems = List.copyOf(problems);
        }
    }
}
