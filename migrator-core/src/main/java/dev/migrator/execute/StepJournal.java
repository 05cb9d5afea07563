package dev.migrator.execute;

import dev.migrator.history.HistoryEntry;
import dev.migrator.history.Journal;
import dev.migrator.history.MigrationState;
import dev.migrator.plan.PlanStep;
import dev.migrator.script.ExecutedHash;
import dev.migrator.script.Unit;
import org.jspecify.annotations.Nullable;

/** How far a file that goes step by step has come, by the journal of the run before and in this one. */
final class StepJournal {

    /** Enough to know the statement again that something was found for. */
    private static final int TAG = 16;

    private final @Nullable HistoryEntry previous;
    private final int doneBefore;
    private final ExecutedHash hash = new ExecutedHash();
    private int done;
    private String executed = hash.now();

    /** What was found for the next unit, behind a tag of that unit. */
    private @Nullable String found;

    StepJournal(PlanStep.Run step) {
        this.previous = step.previous();
        this.doneBefore = step.statementsDone();
        this.found = previous == null ? null : Journal.foundIn(previous);
    }

    int doneBefore() {
        return doneBefore;
    }

    /** Whether the run before has done what comes next. */
    boolean isBehind() {
        return done < doneBefore;
    }

    /** Whether what was passed is what the run before has done. */
    boolean hasArrived() {
        return done == doneBefore && (doneBefore == 0 || previous != null && now().matches(previous));
    }

    /** Leaves out a unit that the run before has done. */
    void pass(Unit unit) {
        hash.add(unit);
        done += unit.size();
        executed = hash.now();
    }

    void begin(Unit unit) {
        hash.add(unit);
        if (found != null && !found.startsWith(tag())) {
            found = null;
        }
    }

    void finish(Unit unit) {
        done += unit.size();
        executed = hash.now();
        found = null;
    }

    /** With what is done. */
    Journal now() {
        return new Journal(done, executed, found);
    }

    /** With the unit that has begun. */
    Journal with(Unit unit) {
        return new Journal(done + unit.size(), hash.now(), null);
    }

    /** Nobody saw an answer to the unit that was running; after a failure the server did say that it was not done. */
    boolean mayHaveRun() {
        return previous != null && previous.state() == MigrationState.RUNNING && done == doneBefore;
    }

    /** What was found for the unit that has begun, by this run or the one before. */
    @Nullable
    String found() {
        return found == null ? null : found.substring(tag().length());
    }

    void find(String whatIsThere) {
        found = tag() + whatIsThere;
    }

    private String tag() {
        return hash.now().substring(0, TAG) + " ";
    }
}
