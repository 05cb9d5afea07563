package dev.migrator.phase;

import dev.migrator.directive.Phase;
import dev.migrator.execute.MigrationRun.LastLook;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.RunSettings;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.Planner;
import dev.migrator.plan.Planning;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the phases that are wanted, in their order, each under its own lock; and then again what waited for them. With
 * nothing to do in a later phase, that is one run.
 */
public final class PhasedRun {

    /** One run of the engine. */
    @FunctionalInterface
    public interface Run {
        RunReport run(Planning planning, LastLook last, RunSettings settings);
    }

    private final Run run;
    private final RunSettings settings;
    private final OlderInstances older;

    public PhasedRun(Run run, RunSettings settings, OlderInstances older) {
        this.run = run;
        this.settings = settings;
        this.older = older;
    }

    /** The one that a person has named, under the lock of its phase. What older releases still need it doesn't take away. */
    public RunReport named(PlanOptions options, Phase phase) {
        String name = options.only();
        if (phase == Phase.POST_DEPLOY && name != null) {
            older.awaitGone(Set.of(name));
        }
        return run.run(Planner.by(options), lastLook(Set.of(phase)), settings.in(phase));
    }

    public RunReport phases(PlanOptions options) {
        RunReport report = null;
        boolean again = true;
        while (again) {
            again = false;
            for (Phase phase : Phase.values()) {
                if (options.phases().contains(phase)) {
                    RunReport next = next(report, phase, options);
                    if (next != null) {
                        again |= report != null && hasApplied(next);
                        report = report == null ? next : report.and(next);
                    }
                    if (report != null && !report.isSuccess()) {
                        return report;
                    }
                }
            }
        }
        return report == null ? once(Set.of(), options, settings) : report;
    }

    /** Null where there is nothing for this phase to do. */
    private @Nullable RunReport next(@Nullable RunReport before, Phase phase, PlanOptions options) {
        if (before == null && phase != Phase.POST_DEPLOY) {
            return once(Set.of(phase), options, settings.in(phase));
        }
        RunReport look = before == null ? once(Set.of(), options, settings) : before;
        Set<String> ready = Set.copyOf(look.phases().ready(phase));
        if (ready.isEmpty()) {
            return before == null ? look : null;
        }
        if (phase == Phase.POST_DEPLOY) {
            older.awaitGone(ready);
        }
        return once(Set.of(phase), options, settings.in(phase));
    }

    private static boolean hasApplied(RunReport report) {
        return !report.results().isEmpty() && report.isSuccess();
    }

    private RunReport once(Set<Phase> phases, PlanOptions options, RunSettings under) {
        return run.run(Planner.by(options.withPhases(phases)), lastLook(phases), under);
    }

    /** The lock may have to be waited for: under it older releases are looked for again. */
    private LastLook lastLook(Set<Phase> phases) {
        return phases.contains(Phase.POST_DEPLOY) ? older::problems : LastLook.NONE;
    }
}
