package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.Migration;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a rollback takes back: the reverse of the order in which the history's rows were written, which is the
 * order in which the migrations took effect. What was chosen at the first look stays chosen: a row that another node has
 * taken back meanwhile is never replaced by the next one, and a row that came on top stops the rollback.
 */
public final class RollbackPlanner implements Planning {

    private final int steps;
    private final @Nullable String to;
    private @Nullable Choice choice;

    /**
     * @param steps how many, where {@code to} is null
     * @param to the name of the applied migration that becomes the last one again, or null
     */
    public RollbackPlanner(int steps, @Nullable String to) {
        this.steps = steps;
        this.to = to;
    }

    /**
     * What the first look chose.
     *
     * @param entries the one applied last first
     * @param newest the highest row that there was
     */
    private record Choice(List<HistoryEntry> entries, long newest) {}

    @Override
    public Plan plan(List<Migration> migrations, List<HistoryEntry> entries) {
        Map<String, Migration> files = new HashMap<>();
        migrations.forEach(migration -> files.put(migration.name().value(), migration));
        Problems problems = new Problems();
        Choice chosen = choice;
        if (chosen == null) {
            chosen = choose(entries, files, problems);
            choice = chosen;
        }
        refuseNewer(chosen, entries, problems);
        List<PlanStep> steps = new ArrayList<>();
        List<String> oneWay = new ArrayList<>();
        for (HistoryEntry entry : stillApplied(chosen, entries)) {
            Migration file = files.get(entry.migration());
            if (file == null) {
                problems.add(withoutFile(entry));
            } else if (!file.isReversible()) {
                oneWay.add(entry.migration());
            } else {
                steps.add(new PlanStep.Run(file, PlanStep.Reason.ROLLBACK, entry));
            }
        }
        if (!oneWay.isEmpty()) {
            problems.add(oneWay(oneWay));
        }
        return new Plan(steps, List.of(), problems.all());
    }

    /** A row is itself as long as it has its number, whatever was mended in it. */
    private static List<HistoryEntry> stillApplied(Choice chosen, List<HistoryEntry> entries) {
        Map<Long, HistoryEntry> now = new HashMap<>();
        entries.stream().filter(HistoryEntry::isApplied).forEach(entry -> now.put(entry.id(), entry));
        return chosen.entries().stream()
                .map(entry -> now.get(entry.id()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A repeatable without a way back has no place in the order: it is passed over. */
    private Choice choose(List<HistoryEntry> entries, Map<String, Migration> files, Problems problems) {
        List<HistoryEntry> applied = new ArrayList<>();
        long newest = 0;
        for (HistoryEntry entry : entries) {
            newest = Math.max(newest, entry.id());
            if (entry.isApplied() && !isPassedOver(files.get(entry.migration()))) {
                applied.add(0, entry);
            }
        }
        int count = to == null ? steps : positionOf(to, applied, problems);
        if (count < 1 || count > applied.size()) {
            if (!problems.hasErrors()) {
                problems.add(nothingOf(count, applied.size()));
            }
            count = 0;
        }
        List<HistoryEntry> chosen = List.copyOf(applied.subList(0, count));
        refuseHalfDone(chosen, entries, problems);
        return new Choice(chosen, newest);
    }

    private Problem nothingOf(int count, int applied) {
        String description = to != null
                ? "Nothing was applied after " + to + ", so there is nothing to roll back."
                : applied == 0
                        ? "Nothing is applied, so there is nothing to roll back."
                        : count < 1
                                ? "It was asked for " + count + " steps."
                                : "Only " + applied + " migrations are applied, and " + count
                                        + " were to be taken back.";
        return refused("rollback", description, to == null && applied > 0 ? "Give 1 to " + applied + " steps." : "");
    }

    private static boolean isPassedOver(@Nullable Migration file) {
        return file != null && file.kind() == Migration.Kind.REPEATABLE && !file.isReversible();
    }

    /** How many are applied after the named one; or 0 with a problem. */
    private static int positionOf(String name, List<HistoryEntry> applied, Problems problems) {
        for (int i = 0; i < applied.size(); i++) {
            if (applied.get(i).migration().equals(name)) {
                return i;
            }
        }
        problems.add(Problem.error(
                ProblemCode.UNKNOWN_TARGET,
                name,
                "It is not applied, so nothing can be taken back up to it.",
                "Give the whole name of an applied migration: list."));
        return 0;
    }

    private static void refuseHalfDone(List<HistoryEntry> chosen, List<HistoryEntry> entries, Problems problems) {
        for (HistoryEntry entry : entries) {
            boolean begun = entry.state() == MigrationState.RUNNING
                    || entry.state() == MigrationState.FAILED && entry.statementsDone() > 0;
            if (begun
                    && !chosen.isEmpty()
                    && entry.id() > chosen.get(chosen.size() - 1).id()) {
                problems.add(refused(
                        entry.migration(),
                        entry.statementsDone()
                                + " of its statements are done, the rest is not: it is neither applied nor"
                                + " pending, and what is taken back may lie under it.",
                        "Finish it first (migrate); or undo by hand what it did and forget the try: reset "
                                + entry.migration()));
            }
        }
    }

    private static void refuseNewer(Choice chosen, List<HistoryEntry> entries, Problems problems) {
        for (HistoryEntry entry : entries) {
            boolean done = entry.isApplied() || entry.state() == MigrationState.RUNNING;
            if (done && entry.id() > chosen.newest()) {
                problems.add(refused(
                        entry.migration(),
                        "It was applied while the rollback waited or worked, on top of what was to be taken back.",
                        "Look at the status again, and decide again what to take back."));
            }
        }
    }

    private static Problem withoutFile(HistoryEntry entry) {
        return Problem.error(
                ProblemCode.MISSING_FILE,
                entry.migration(),
                "It is to be taken back, but no file has its name, so nobody knows how. Nothing was taken back.",
                "Roll back with the release that has the file; or restore the file and its down script.");
    }

    private static Problem oneWay(List<String> names) {
        return Problem.error(
                ProblemCode.NO_DOWN_SCRIPT,
                "rollback",
                (names.size() == 1 ? "This migration has" : "These migrations have") + " no down script: "
                        + String.join(", ", names) + ". Nothing was taken back.",
                "The recommended way is forward: write a new migration that undoes what should go. Or add NAME.down.sql"
                        + " for each and start again.");
    }

    private static Problem refused(String subject, String description, String action) {
        return Problem.error(ProblemCode.REFUSED, subject, description, action);
    }
}
