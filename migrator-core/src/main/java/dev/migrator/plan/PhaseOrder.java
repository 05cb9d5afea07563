package dev.migrator.plan;

import dev.migrator.directive.Directives;
import dev.migrator.directive.Phase;
import dev.migrator.migration.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a plan leaves to another run for the sake of its phase. One that depends on such waits with it; and so does every
 * one of a later phase that comes after it: what a background migration still reads, no post-deploy one may drop.
 */
final class PhaseOrder {

    private final Set<Phase> wanted;
    private final List<PlanStep.Left> left = new ArrayList<>();

    PhaseOrder(Set<Phase> wanted) {
        this.wanted = wanted;
    }

    /** Null where it may run now. To be asked in the order of the migrations. */
    PlanStep.@Nullable Left leaves(Migration migration) {
        Directives asked = migration.directives();
        List<String> waitsFor = left.stream()
                .filter(earlier -> asked.depends().contains(nameOf(earlier))
                        || earlier.phase().compareTo(asked.phase()) < 0)
                .map(PhaseOrder::nameOf)
                .toList();
        if (waitsFor.isEmpty() && wanted.contains(asked.phase())) {
            return null;
        }
        PlanStep.Left step = new PlanStep.Left(migration, asked.phase(), waitsFor);
        left.add(step);
        return step;
    }

    private static String nameOf(PlanStep step) {
        return step.migration().name().value();
    }
}
