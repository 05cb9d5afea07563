package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.Checksum;
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
    private final List<String> confirmed;
    private @Nullable Choice choice;

    /**
     * @param steps how many, where {@code to} is null
     * @param to the name of the applied migration that becomes the last one again, or null
     * @param confirmed the names that a person has seen and agreed to, the one applied last first; when the first look
     *     chooses others, nothing is taken back. Empty where nobody was asked
     */
    public RollbackPlanner(int steps, @Nullable String to, List<String> confirmed) {
        this.steps = steps;
        this.to = to;
        this.confirmed = confirmed;
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
                warnIfChanged(file, entry, problems);
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
        int count = to == null ? steps : positionOf(to, applied, entries, problems);
        if (count < 1 || count > applied.size()) {
            if (!problems.hasErrors()) {
                problems.add(nothingOf(count, applied.size()));
            }
            count = 0;
        }
        List<HistoryEntry> chosen = List.copyOf(applied.subList(0, count));
        refuseUnconfirmed(chosen, problems);
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
    private static int positionOf(
            String name, List<HistoryEntry> applied, List<HistoryEntry> entries, Problems problems) {
        for (int i = 0; i < applied.size(); i++) {
            if (applied.get(i).migration().equals(name)) {
                return i;
            }
        }
        boolean passedOver = entries.stream()
                .anyMatch(entry -> entry.isApplied() && entry.migration().equals(name));
        boolean skipped = entries.stream()
                .anyMatch(entry -> entry.state() == MigrationState.SKIPPED
                        && entry.migration().equals(name));
        String why = passedOver
                ? "It is a repeatable migration without a way back: it has no place in the order of the others, so nothing"
                        + " can be taken back up to it."
                : skipped
                        ? "It is marked as skipped and was never run here, so nothing can be taken back up to it."
                        : "It is not applied, so nothing can be taken back up to it.";
        problems.add(Problem.error(
                ProblemCode.UNKNOWN_TARGET, name, why, "Give the whole name of an applied migration: list."));
        return 0;
    }

    /** Somebody has taken back or applied something between the question and this run. */
    private void refuseUnconfirmed(List<HistoryEntry> chosen, Problems problems) {
        List<String> names = chosen.stream().map(HistoryEntry::migration).toList();
        if (confirmed.isEmpty() || names.equals(confirmed) || problems.hasErrors()) {
            return;
        }
        problems.add(refused(
                "rollback",
                "It was to take back " + String.join(", ", confirmed) + "; but now that would be "
                        + String.join(", ", names) + ": the history has changed meanwhile. Nothing was taken back.",
                "Look at the status again, and decide again what to take back."));
    }

    private static void refuseHalfDone(List<HistoryEntry> chosen, List<HistoryEntry> entries, Problems problems) {
        for (HistoryEntry entry : entries) {
            if (entry.isHalfDone()
                    && !chosen.isEmpty()
                    && entry.id() > chosen.get(chosen.size() - 1).id()) {
                problems.add(refused(
                        entry.migration(),
                        entry.partDone()
                                + ", the rest is not: it is neither applied nor pending, and what is taken back may"
                                + " lie under it.",
                        "Finish it first (migrate); or undo by hand what it did and forget the try: reset "
                                + entry.migration()));
            }
        }
    }

    private static void refuseNewer(Choice chosen, List<HistoryEntry> entries, Problems problems) {
        for (HistoryEntry entry : entries) {
            boolean done = entry.isApplied() || entry.isHalfDone();
            if (done && entry.id() > chosen.newest()) {
                problems.add(refused(
                        entry.migration(),
                        "It was applied, or half done, while the rollback waited or worked, on top of what was to be taken back.",
                        "Look at the status again, and decide again what to take back."));
            }
        }
    }

    /** The way back belongs to the text that was applied, and the two files change together. */
    private static void warnIfChanged(Migration file, HistoryEntry entry, Problems problems) {
        Checksum stored = AppliedCheck.stored(entry).orElse(null);
        if (stored != null && !file.matches(stored)) {
            problems.add(Problem.warning(
                    ProblemCode.CHECKSUM_MISMATCH,
                    entry.migration(),
                    "Its file was changed after it was applied: its down script may be the way back of another text.",
                    "Check that the down script takes back what was applied; or restore both files first."));
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
