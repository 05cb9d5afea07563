package dev.migrator.execute;

import dev.migrator.plan.Phases;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run did.
 *
 * @param total how many migrations there are, applied before or not
 * @param results one for each migration that this run was about, in order
 * @param problems warnings and remarks that did not stop it
 * @param phases what it left to other phases
 */
public record RunReport(
        String runId, int total, List<StepResult> results, List<Problem> problems, Duration duration, Phases phases) {

    public RunReport(String runId, int total, List<StepResult> results, List<Problem> problems, Duration duration) {
        this(runId, total, results, problems, duration, Phases.NONE);
    }

    /** This one and what the same run did in its next phase. */
    public RunReport and(RunReport next) {
        List<StepResult> all = new ArrayList<>(results);
        all.addAll(next.results);
        List<Problem> found = new ArrayList<>(problems);
        next.problems.stream().filter(problem -> !found.contains(problem)).forEach(found::add);
        return new RunReport(runId, next.total, all, found, duration.plus(next.duration), next.phases);
    }

    public int applied() {
        return count(StepResult.Outcome.APPLIED);
    }

    public int failed() {
        return count(StepResult.Outcome.FAILED);
    }

    public boolean isSuccess() {
        return failed() == 0 && count(StepResult.Outcome.NOT_TRIED) == 0;
    }

    /** What it left to a later run, one problem each: code that can be made only when all others are done. */
    public List<Problem> deferred() {
        return problems.stream()
                .filter(problem -> problem.code() == ProblemCode.CODE_DEFERRED)
                .toList();
    }

    private int count(StepResult.Outcome outcome) {
        return (int) results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /** For callers for whom a failed migration is a failed start. */
    public RunReport orThrow() {
        StepResult.throwIfUnfinished(results);
        return this;
    }

    /** One line for people. */
    public String summary() {
        return "Applied: " + applied() + ", Failed: " + failed() + ", Total: " + total;
    }
}
