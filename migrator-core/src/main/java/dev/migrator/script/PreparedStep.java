package dev.migrator.script;

import dev.migrator.directive.Directives;
import dev.migrator.migration.Migration;
import dev.migrator.plan.PlanStep;
import org.jspecify.annotations.Nullable;

/** A step of the plan that was looked at closely and found fit to run. */
public sealed interface PreparedStep permits PreparedScript, PreparedCode, PreparedBatch {

    PlanStep.Run step();

    Migration migration();

    /** Where people find what it runs: a file, a class. */
    String file();

    /** The same in a later plan. */
    PreparedStep with(PlanStep.Run laterStep);

    /** What is recorded as the text that ran; null for code without a version. */
    @Nullable
    String checksum();

    /** Whether it is to be taken back. */
    default boolean takesBack() {
        return step().takesBack();
    }

    /** Whether it may leave advisory locks in its session. Of code, and of what is repeated over a table, nobody knows. */
    default boolean mayTakeAdvisoryLocks() {
        return true;
    }

    /** How it asks to be run. */
    default Directives directives() {
        return migration().directives();
    }

    default String name() {
        return migration().name().value();
    }
}
