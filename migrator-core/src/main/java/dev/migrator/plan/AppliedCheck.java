package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.Checksum;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares what was applied with the files of today: changed, missing, renamed. */
final class AppliedCheck {

    private final List<Migration> migrations;
    private final List<HistoryEntry> entries;
    private final PlanOptions options;
    private final Problems problems;
    private final List<Plan.Rehash> rehash = new ArrayList<>();
    private final Map<Checksum, HistoryEntry> withoutFile = new HashMap<>();
    private final Set<String> orphans = new HashSet<>();

    AppliedCheck(List<Migration> migrations, List<HistoryEntry> entries, PlanOptions options, Problems problems) {
        this.migrations = migrations;
        this.entries = entries;
        this.options = options;
        this.problems = problems;
    }

    List<Plan.Rehash> rehash() {
        return rehash;
    }

    /** See {@link Plan#orphans}. */
    Set<String> orphans() {
        return orphans;
    }

    static Severity severity(boolean fail) {
        return fail ? Severity.ERROR : Severity.WARNING;
    }

    static Optional<Checksum> stored(HistoryEntry entry) {
        String text = entry.checksum();
        return text == null ? Optional.empty() : Checksum.parse(text);
    }

    /** False for an applied migration whose text has changed; tells of it unless it is repeatable. */
    boolean isUnchanged(Migration migration, HistoryEntry entry) {
        Optional<Checksum> stored = stored(entry);
        Checksum now = stored.isEmpty() ? null : migration.checksum();
        if (stored.isEmpty() || now == null || now.equals(stored.get())) {
            return true;
        }
        if (migration.matches(stored.get())) {
            rehash.add(new Plan.Rehash(entry, now.toString()));
            return true;
        }
        if (migration.kind() != Migration.Kind.REPEATABLE) {
            boolean fail = options.checksumMismatch() == PlanOptions.OnFinding.FAIL;
            problems.add(Problem.warning(
                            ProblemCode.CHECKSUM_MISMATCH,
                            migration.name().value(),
                            "The file was changed after it was applied: the history has " + stored.get()
                                    + ", the file now has " + now + ".",
                            "Restore the file and put the change into a new migration; or accept the new text: accept "
                                    + migration.name().value())
                    .withSeverity(severity(fail)));
        }
        return false;
    }

    void checkMissing() {
        Set<String> files = new HashSet<>();
        migrations.forEach(migration -> files.add(migration.name().value()));
        Set<Checksum> pendingTexts = new HashSet<>();
        Set<String> known = new HashSet<>();
        entries.forEach(entry -> known.add(entry.migration()));
        migrations.stream()
                .filter(migration -> !known.contains(migration.name().value()))
                .map(Migration::checksum)
                .filter(Objects::nonNull)
                .forEach(pendingTexts::add);
        for (HistoryEntry entry : entries) {
            if (!files.contains(entry.migration()) && mustNotBeginAgain(entry, pendingTexts)) {
                problems.add(halfDone(entry));
            }
            boolean elsewhere = options.codeElsewhere() && entry.isCode();
            if (!files.contains(entry.migration()) && entry.isHalfDone() && !elsewhere) {
                orphans.add(entry.migration());
            }
            if (entry.isApplied() && !files.contains(entry.migration())) {
                Optional<Checksum> text = stored(entry);
                text.ifPresent(checksum -> withoutFile.put(checksum, entry));
                if (!elsewhere && (text.isEmpty() || !pendingTexts.contains(text.get()))) {
                    problems.add(missing(entry));
                }
            }
        }
    }

    /** A batch that a newer release has begun is no trouble of an older one; under another name here it would be. */
    private static boolean mustNotBeginAgain(HistoryEntry entry, Set<Checksum> pendingTexts) {
        return !entry.isApplied()
                && (entry.statementsDone() > 0
                        || entry.isHalfDone()
                                && stored(entry).filter(pendingTexts::contains).isPresent());
    }

    /** The same text was applied under a name that no file has any more: it must not run a second time. */
    boolean isRenamed(Migration migration) {
        Checksum text = withoutFile.isEmpty() ? null : migration.checksum();
        if (text == null) {
            return false;
        }
        HistoryEntry before = withoutFile.get(text);
        if (before == null) {
            before = withoutFile.entrySet().stream()
                    .filter(former -> migration.matches(former.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        if (before == null) {
            return false;
        }
        problems.add(Problem.error(
                ProblemCode.RENAMED,
                migration.name().value(),
                "This text was applied already, under the name " + before.migration() + ", which no file has now.",
                "Give the file its old name again; or accept the new one: accept "
                        + migration.name().value()));
        return true;
    }

    /** Whatever name its file has now, running it would repeat what is committed. */
    private static Problem halfDone(HistoryEntry entry) {
        return Problem.error(
                ProblemCode.MISSING_FILE,
                entry.migration(),
                entry.partDone() + ", and its file is gone or renamed.",
                "Restore the file under this name; or undo by hand what it did and forget the try: reset "
                        + entry.migration());
    }

    private Problem missing(HistoryEntry entry) {
        if (isNewerThanAllFiles(entry)) {
            return Problem.info(
                    ProblemCode.MISSING_FILE,
                    entry.migration(),
                    "It is applied, but this release does not know it: a newer release has been here.",
                    "");
        }
        boolean fail = options.missing() == PlanOptions.OnFinding.FAIL;
        return Problem.warning(
                        ProblemCode.MISSING_FILE,
                        entry.migration(),
                        "It is applied, but its file is gone.",
                        "Restore the file; a new database can't be built without it.")
                .withSeverity(severity(fail));
    }

    private boolean isNewerThanAllFiles(HistoryEntry entry) {
        if (!(MigrationName.read(entry.migration()) instanceof NameReading.Valid valid)) {
            return false;
        }
        return migrations.stream()
                .filter(migration -> migration.kind() != Migration.Kind.REPEATABLE)
                .allMatch(migration -> migration.name().compareTo(valid.name()) < 0);
    }
}
