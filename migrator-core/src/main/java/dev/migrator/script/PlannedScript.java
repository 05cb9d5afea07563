package dev.migrator.script;

import dev.migrator.plan.PlanStep;
import dev.migrator.problem.Problems;
import java.util.List;
import java.util.Locale;

/**
 * One migration as a run would execute it.
 *
 * @param reason why it runs, for example "pending", "failed before"
 * @param transactional one transaction; else statement by statement with a journal
 */
public record PlannedScript(
        String migration,
        String file,
        String reason,
        long statements,
        long bytes,
        boolean transactional,
        int doneBefore) {

    /** What the plan's steps are, with every problem of their texts. */
    public static List<PlannedScript> of(List<PlanStep.Run> steps, Problems problems) {
        return new ScriptCheck(problems)
                .prepare(steps).stream().map(PlannedScript::of).toList();
    }

    /** The same of one that was read already. */
    public static PlannedScript of(PreparedStep step) {
        String reason = step.step().reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (step instanceof PreparedBatch batch) {
            String walks =
                    batch.file() + ", batch by batch over " + batch.directive().table();
            return new PlannedScript(step.name(), walks, reason, 0, 0, true, 0);
        }
        if (!(step instanceof PreparedScript script)) {
            return new PlannedScript(step.name(), step.file(), reason, 0, 0, true, 0);
        }
        return new PlannedScript(
                script.name(),
                script.file(),
                reason,
                script.outline().statementCount(),
                script.source().size(),
                script.transactional(),
                script.step().statementsDone());
    }

    String sizes() {
        return statements + (statements == 1 ? " statement, " : " statements, ") + bytes + " bytes";
    }

    public String text() {
        if (statements == 0 && bytes == 0) {
            return migration + " (" + reason + "; " + file + ")";
        }
        return migration + " (" + reason + "; " + sizes() + "; "
                + (transactional ? "one transaction" : "statement by statement")
                + (doneBefore > 0 ? "; the first " + doneBefore + " are done" : "") + ")";
    }
}
