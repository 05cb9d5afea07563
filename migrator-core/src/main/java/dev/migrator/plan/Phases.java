package dev.migrator.plan;

import dev.migrator.directive.Phase;
import dev.migrator.migration.Migration;
import dev.migrator.migration.SqlMigration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a look found of phases.
 *
 * @param left what was left to other phases, in order
 * @param postDeploy names of the post-deploy migrations that this release has: all files, applied or not, and code that is
 *     not applied
 */
public record Phases(List<Left> left, Set<String> postDeploy) {

    public static final Phases NONE = new Phases(List.of(), Set.of());

    public Phases {
        left = List.copyOf(left);
    }

    /** Code that is applied is not asked: that would create its object. */
    public static Phases of(List<Migration> migrations, Plan plan) {
        List<Left> left = plan.steps().stream()
                .filter(PlanStep.Left.class::isInstance)
                .map(PlanStep.Left.class::cast)
                .map(step -> new Left(step.migration().name().value(), step.phase(), step.waitsFor()))
                .toList();
        Set<String> postDeploy = new LinkedHashSet<>();
        for (Migration migration : migrations) {
            if (migration instanceof SqlMigration file && file.directives().phase() == Phase.POST_DEPLOY) {
                postDeploy.add(file.name().value());
            }
        }
        left.stream().filter(step -> step.phase() == Phase.POST_DEPLOY).forEach(step -> postDeploy.add(step.name()));
        return left.isEmpty() && postDeploy.isEmpty() ? NONE : new Phases(left, Set.copyOf(postDeploy));
    }

    /** Those of a phase that wait for nothing but its coming. */
    public List<String> ready(Phase phase) {
        return left.stream()
                .filter(step -> step.phase() == phase && step.waitsFor().isEmpty())
                .map(Left::name)
                .toList();
    }

    /**
     * A migration that was left.
     *
     * @param waitsFor see {@link PlanStep.Left}
     */
    public record Left(String name, Phase phase, List<String> waitsFor) {

        /** Why it has not run, for people. */
        public String remark() {
            if (!waitsFor.isEmpty()) {
                return "waits for " + waitsFor.stream().limit(3).collect(Collectors.joining(", "))
                        + (waitsFor.size() > 3 ? " and " + (waitsFor.size() - 3) + " more" : "");
            }
            return switch (phase) {
                case PRE_DEPLOY -> "runs before the deployment (pre-deploy)";
                case BACKGROUND -> "runs beside the service (background)";
                case POST_DEPLOY -> "runs when no older release lives (post-deploy)";
            };
        }
    }
}
