package dev.migrator;

import dev.migrator.directive.Phase;
import dev.migrator.plan.PlanOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one call of {@link Migrator#migrate(MigrateOptions)} is to do.
 *
 * @param target the whole name of the last migration to run, or null for all
 * @param only the whole name of the one migration to run, or null; a manual-only one, or one of another environment or
 *     phase, runs too: whoever names it has decided so
 * @param phases those that run, each after the one before it; what belongs to another one is left
 * @param waits whether a lock that others hold, and older instances that are alive, are waited for as long as is set; if
 *     not, they are a failure at once
 * @param reason why a person asks for this run; goes into the log
 */
public record MigrateOptions(
        @Nullable String target,
        @Nullable String only,
        Set<Phase> phases,
        boolean waits,
        @Nullable String reason) {

    /** Everything that older releases do not mind: all but post-deploy migrations. */
    public static final MigrateOptions ALL =
            new MigrateOptions(null, null, Set.of(Phase.PRE_DEPLOY, Phase.BACKGROUND), true, null);

    /** What has to be there before the service takes traffic. */
    public static final MigrateOptions START = phases(Set.of(Phase.PRE_DEPLOY));

    public MigrateOptions {
        phases = Set.copyOf(phases);
    }

    public static MigrateOptions upTo(String target) {
        return new MigrateOptions(target, null, ALL.phases, true, null);
    }

    /** Just this pending one; see {@link Migrator#resolve(String)} for names that a person has typed. */
    public static MigrateOptions only(String name) {
        return new MigrateOptions(null, name, ALL.phases, true, null);
    }

    public static MigrateOptions phases(Set<Phase> phases) {
        return ALL.in(phases);
    }

    public MigrateOptions in(Set<Phase> others) {
        return new MigrateOptions(target, only, others, waits, reason);
    }

    public MigrateOptions withoutWaiting() {
        return new MigrateOptions(target, only, phases, false, reason);
    }

    /** What is to be planned, judged as these say. */
    PlanOptions over(PlanOptions judged) {
        return judged.withTarget(target).withOnly(only).withPhases(phases);
    }

    public MigrateOptions because(@Nullable String why) {
        return new MigrateOptions(target, only, phases, waits, why);
    }
}
