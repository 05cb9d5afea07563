package dev.migrator.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How findings are judged.
 *
 * @param environments those that are active here; empty when the service does not say
 * @param target the name of the last migration to run, or null for all
 * @param codeElsewhere whether migrations in Java run in another process, so that those of the history are not missing here
 * @param only the name of the one migration to run, wherever and by whomever it may run, or null
 */
public record PlanOptions(
        OnFinding checksumMismatch,
        OnFinding missing,
        OnFinding outOfOrder,
        Set<String> environments,
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
    }

    public PlanOptions(
            OnFinding checksumMismatch,
            OnFinding missing,
            OnFinding outOfOrder,
            Set<String> environments,
            @Nullable String target) {
        this(checksumMismatch, missing, outOfOrder, environments, target, null, false);
    }

    public static PlanOptions defaults() {
        return new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN, Set.of(), null);
    }

    public PlanOptions withTarget(@Nullable String name) {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, name, only, codeElsewhere);
    }

    public PlanOptions withOnly(@Nullable String name) {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, target, name, codeElsewhere);
    }

    public PlanOptions withCodeElsewhere() {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, target, only, true);
    }
}
