package dev.migrator.plan;

import dev.migrator.directive.Phase;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How findings are judged.
 *
 * @param environments those that are active here; empty when the service does not say
 * @param target the name of the last migration to run, or null for all
 * @param codeElsewhere whether migrations in Java run in another process, so that those of the history are not missing here
 * @param phases those that run; what belongs to another one is left
 * @param only the name of the one migration to run, wherever and by whomever it may run, or null
 */
public record PlanOptions(
        OnFinding checksumMismatch,
        OnFinding missing,
        OnFinding outOfOrder,
        Set<String> environments,
        Set<Phase> phases,
        @Nullable String target,
        @Nullable String only,
        boolean codeElsewhere) {

    /** What a finding does to the run. */
    public enum OnFinding {
        WARN,
        FAIL
    }

    public PlanOptions {
        environments = Set.copyOf(environments);
        phases = Set.copyOf(phases);
    }

    /** What a start runs: all that is to be there before the service takes traffic. */
    public PlanOptions(
            OnFinding checksumMismatch,
            OnFinding missing,
            OnFinding outOfOrder,
            Set<String> environments,
            @Nullable String target) {
        this(checksumMismatch, missing, outOfOrder, environments, Set.of(Phase.PRE_DEPLOY), target, null, false);
    }

    public static PlanOptions defaults() {
        return new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN, Set.of(), null);
    }

    public PlanOptions withTarget(@Nullable String name) {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, phases, name, only, codeElsewhere);
    }

    public PlanOptions withOnly(@Nullable String name) {
        return new PlanOptions(
                checksumMismatch, missing, outOfOrder, environments, phases, target, name, codeElsewhere);
    }

    public PlanOptions withCodeElsewhere() {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, phases, target, only, true);
    }

    public PlanOptions withPhases(Set<Phase> wanted) {
        return new PlanOptions(
                checksumMismatch, missing, outOfOrder, environments, wanted, target, only, codeElsewhere);
    }
}
