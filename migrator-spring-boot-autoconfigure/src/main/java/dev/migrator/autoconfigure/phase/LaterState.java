package dev.migrator.autoconfigure.phase;

import dev.migrator.plan.Phases;
import dev.migrator.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the migrations that the start has left.
 *
 * @param left those that are not done
 * @param problem why they wait, or what failed; null where nothing is in the way
 */
public record LaterState(
        Step step, List<Phases.Left> left, @Nullable Problem problem) {

    /** How far it is. */
    public enum Step {
        /** The start has left nothing, or all of it is done. */
        NOTHING,
        /** Somebody else runs them: this service does not migrate. */
        NOT_HERE,
        /** Tried again in a while. */
        WAITING,
        RUNNING,
        /** One of them has failed: tried again by the next start, or by hand. */
        FAILED
    }

    public static final LaterState NOTHING = new LaterState(Step.NOTHING, List.of(), null);

    LaterState now(Step other, @Nullable Problem why) {
        return new LaterState(other, left, why);
    }
}
