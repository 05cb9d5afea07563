package dev.migrator.execute;

import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.History;
import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.MigrationName;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanStep;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PreparedStep;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of each migration so far; lives as long as the run, through lost sessions too. */
final class Results {

    private final Map<String, MigrationName> wanted = new LinkedHashMap<>();
    private final Map<String, StepResult> byName = new HashMap<>();

    private boolean takesBack;

    /** Whether the start was told and the end was not: the session may be lost in between. */
    private boolean underWay;

    /** What a plan of this run wants done, in its order; what earlier plans wanted stays wanted. */
    void want(Plan plan) {
        takesBack |= plan.runs().stream().anyMatch(PlanStep.Run::takesBack);
        plan.runs().stream().map(step -> step.migration().name()).forEach(name -> wanted.put(name.value(), name));
    }

    /** In the order of the plan. */
    List<MigrationName> wanted() {
        return List.copyOf(wanted.values());
    }

    /** Those of the wanted ones that the history shows as done. */
    List<MigrationName> appliedIn(@Nullable History history) {
        return wanted.values().stream()
                .filter(name -> history != null
                        && history.entry(name.value())
                                .map(HistoryEntry::isApplied)
                                .orElse(false))
                .toList();
    }

    /** The one that a session works on, by what it says of itself: its name ends in the migration's. */
    @Nullable
    MigrationName wantedBy(String application) {
        return wanted.values().stream()
                .filter(name -> application.endsWith(" " + name.value()))
                .max(Comparator.comparingInt(name -> name.value().length()))
                .orElse(null);
    }

    /** Whether the run takes back what is applied; known once it has wanted something. */
    boolean takesBack() {
        return takesBack;
    }

    boolean isUnderWay() {
        return underWay;
    }

    void underWay(boolean now) {
        underWay = now;
    }

    /** A failure stands: a later plan of the same run does not try it again. */
    void add(PreparedStep script, Outcome outcome, Duration duration, @Nullable Problem problem) {
        if (!hasFailed(script.name())) {
            byName.put(script.name(), new StepResult(script.migration().name(), outcome, duration, problem));
        }
    }

    private boolean hasFailed(String name) {
        StepResult result = byName.get(name);
        return result != null && result.outcome() == Outcome.FAILED;
    }

    boolean isSettled() {
        return byName.keySet().containsAll(wanted.keySet());
    }

    /** Steps of an earlier plan that the history now shows as done, although we saw no answer. */
    void settle(History now, AppliedRecord.Run run, Set<String> rolledBackByUs) {
        for (MigrationName name : wanted.values()) {
            HistoryEntry entry = now.entry(name.value()).orElse(null);
            if (takesBack && (entry == null || !entry.isApplied())) {
                boolean ours = rolledBackByUs.contains(name.value());
                settle(name, ours ? Outcome.ROLLED_BACK : Outcome.ROLLED_BACK_ELSEWHERE, null);
            } else if (!takesBack && entry != null && entry.isApplied()) {
                boolean ours = run.runId().equals(entry.runId());
                settle(name, ours ? Outcome.APPLIED : Outcome.APPLIED_ELSEWHERE, entry.executionTimeMs());
            }
        }
    }

    private void settle(MigrationName name, Outcome outcome, @Nullable Long millis) {
        Duration duration = Duration.ofMillis(millis == null ? 0 : millis);
        byName.putIfAbsent(name.value(), new StepResult(name, outcome, duration, null));
    }

    boolean hasFailures() {
        return failed() > 0;
    }

    int applied() {
        return count(Outcome.APPLIED);
    }

    int failed() {
        return count(Outcome.FAILED);
    }

    int notTried() {
        return count(Outcome.NOT_TRIED);
    }

    int rolledBack() {
        return count(Outcome.ROLLED_BACK);
    }

    private int count(Outcome outcome) {
        return (int)
                byName.values().stream().filter(r -> r.outcome() == outcome).count();
    }

    List<StepResult> all() {
        return wanted.keySet().stream()
                .map(byName::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Why a script must not be tried now, or null. */
    @Nullable
    Problem obstacle(PreparedStep script, RunContext context) {
        Problem stopped = context.stopped(script.file());
        if (stopped != null) {
            return stopped;
        }
        if (Thread.currentThread().isInterrupted()) {
            return Problem.error(
                    ProblemCode.INTERRUPTED,
                    script.name(),
                    "The run was interrupted before it.",
                    "Start again: what was applied is recorded.");
        }
        if (hasFailed(script.name())) {
            return notTried(script, "it has failed in this run");
        }
        if (hasFailures() && (script.takesBack() || context.settings().stopOnError())) {
            return notTried(script, "the run stopped at a failure before it");
        }
        for (String dependency : script.directives().depends()) {
            StepResult result = byName.get(dependency);
            if (result != null
                    && result.outcome() != Outcome.APPLIED
                    && result.outcome() != Outcome.APPLIED_ELSEWHERE) {
                return notTried(script, "it depends on " + dependency + ", which is not applied");
            }
        }
        return null;
    }

    private static Problem notTried(PreparedStep script, String why) {
        return Problem.warning(
                ProblemCode.PENDING, script.name(), "It was not tried: " + why + ".", "Mend that one and start again.");
    }
}
