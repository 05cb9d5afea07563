package dev.migrator.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How findings are judged.
 *
 * @param environments those that are active here; empty when the service does not say
 * @param target the name of the last migration to run, or null for all
 */
public record PlanOptions(
        OnFinding checksumMismatch,
        OnFinding missing,
        OnFinding outOfOrder,
        Set<String> environments,
        @Nullable String target) {

    /** What a finding does to the run. */
    public enum OnFinding {
        WARN,
        FAIL
    }

    public PlanOptions {
        environments = Set.copyOf(environments);
    }

    public static PlanOptions defaults() {
        return new PlanOptions(OnFinding.WARN, OnFinding.WARN, OnFinding.WARN, Set.of(), null);
    }

    public PlanOptions withTarget(@Nullable String name) {
        return new PlanOptions(checksumMismatch, missing, outOfOrder, environments, name);
    }
}
