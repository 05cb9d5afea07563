package dev.migrator.batch;

import dev.migrator.problem.Problem;
import org.jspecify.annotations.Nullable;

/** How the walk over a table ended. */
public sealed interface BatchEnd {

    Checkpoint checkpoint();

    /** The last row is behind it. */
    record Done(Checkpoint checkpoint) implements BatchEnd {}

    /** Another run has taken it over. */
    record TakenOver(Checkpoint checkpoint) implements BatchEnd {}

    /** The run was to end; the next one goes on here. */
    record Stopped(Checkpoint checkpoint, Problem problem) implements BatchEnd {}

    /** A person has cancelled it. */
    record Cancelled(Checkpoint checkpoint) implements BatchEnd {}

    /**
     * A batch failed, and leaving rows out does not help or is not allowed any more.
     *
     * @param page the rows that it had
     * @param thrown why
     */
    record Failed(
            Checkpoint checkpoint, Page page, @Nullable String sqlState, Throwable thrown) implements BatchEnd {}
}
