package dev.migrator.plan;

import dev.migrator.directive.Phase;
import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.ElsewhereMigration;
import dev.migrator.migration.Migration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a migration that is not applied as it stands. */
public sealed interface PlanStep {

    Migration migration();

    /** Runs. {@code previous} is the row that the plan saw under its name: its replacement is fenced by it. */
    record Run(Migration migration, Reason reason, @Nullable HistoryEntry previous) implements PlanStep {

        /** Runs the way back, not the way forward. */
        public boolean takesBack() {
            return reason == Reason.ROLLBACK;
        }

        public int attempt() {
            return previous == null || beginsAnew() ? 1 : previous.attempts() + 1;
        }

        /** How many statements an interrupted run has done already. */
        public int statementsDone() {
            return previous == null || beginsAnew() ? 0 : previous.statementsDone();
        }

        private boolean beginsAnew() {
            return reason == Reason.CHANGED || takesBack();
        }
    }

    /** Runs only when a person names it. */
    record Manual(Migration migration) implements PlanStep {}

    /** Meant for other environments than the active ones. */
    record OtherEnvironment(Migration migration) implements PlanStep {}

    /** Lies behind the target. */
    record BeyondTarget(Migration migration) implements PlanStep {}

    /** Another one was named. */
    record NotNamed(Migration migration) implements PlanStep {}

    /** In Java, and only its application can run it. */
    record Elsewhere(ElsewhereMigration migration) implements PlanStep {}
    /** Code that can be made only when all others are done, or what depends on such: left to a later run. */
    record Deferred(Migration migration) implements PlanStep {}
    /**
     * Left to a run of another phase, or to one after it.
     *
     * @param waitsFor the names of those that must be applied before it and are left, too; empty where only its phase has
     *     not come
     */
    record Left(Migration migration, Phase phase, List<String> waitsFor) implements PlanStep {}

    /** Can't run now; a problem of the plan says why. */
    record Blocked(Migration migration) implements PlanStep {}

    /** Why a migration runs. */
    enum Reason {
        /** Never seen before. */
        PENDING,
        /** Never seen before, and older than the newest applied one. */
        LATE,
        /** Failed before and was rolled back. */
        FAILED_BEFORE,
        /** A run was interrupted between two of its statements. */
        INTERRUPTED,
        /** Repeatable, and its text has changed. */
        CHANGED,
        /** Applied, and to be taken back. */
        ROLLBACK
    }
}
