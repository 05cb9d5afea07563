package dev.migrator.script;

import dev.migrator.migration.Migration;
import dev.migrator.plan.PlanStep;

/** A step of the plan that was looked at closely and found fit to run. */
public sealed interface PreparedStep permits PreparedScript, PreparedCode {

    PlanStep.Run step();

    Migration migration();

    /** Where people find what it runs: a file, a class. */
    String file();

    /** The same in a later plan. */
    PreparedStep with(PlanStep.Run laterStep);

    default String name() {
        return migration().name().value();
    }
}
