package dev.migrator.amend;

import dev.migrator.execute.Inspection;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryEntry;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.Checksum;
import dev.migrator.migration.Migration;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.Message;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a person decides about the history by hand. Each becomes one transaction with a line in the log, under the lock;
 * none touches anything but our tables.
 */
public sealed interface Amendment {

    /** Adds the statements, or refuses with a reason. */
    void addTo(Message message, Inspection now, HistoryTable table, AppliedRecord.Run run);

    /** The one that it is about, or the last of them. */
    String migration();

    /** What the person gave as the reason. */
    String reason();

    /** The name that it takes from a migration; null where all keep theirs. */
    default @Nullable String formerName(Inspection now) {
        return null;
    }

    /** The changed text, or the new name of a renamed file, is as good as what was applied. */
    record Accept(String migration, String reason) implements Amendment {

        @Override
        public void addTo(Message message, Inspection now, HistoryTable table, AppliedRecord.Run run) {
            Migration file = fileOf(now, migration);
            Checksum text = file.checksum();
            if (text == null) {
                throw refused(migration, "It is code without a version, so nothing is compared.", "Leave it as it is.");
            }
            HistoryEntry entry = row(now, file);
            if (!entry.isApplied()) {
                throw refused(migration, "It is not applied, so there is nothing to accept.", "Run it, or reset it.");
            }
            if (entry.migration().equals(migration)) {
                table.addChecksum(message, entry, text.toString());
            } else {
                table.addRename(message, entry, file.name());
            }
            table.log().add(message, run, migration, "accept", "success", reason, text.toString());
        }

        @Override
        public @Nullable String formerName(Inspection now) {
            String name = row(now, fileOf(now, migration)).migration();
            return name.equals(migration) ? null : name;
        }

        private HistoryEntry row(Inspection now, Migration file) {
            return now.history().entry(migration).orElseGet(() -> formerRow(now, file));
        }

        private static HistoryEntry formerRow(Inspection now, Migration file) {
            Set<String> files = new HashSet<>();
            now.catalog().migrations().forEach(m -> files.add(m.name().value()));
            return now.history().entries().stream()
                    .filter(entry -> entry.isApplied() && !files.contains(entry.migration()))
                    .filter(entry -> checksumOf(entry).map(file::matches).orElse(false))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            file.name().value(),
                            "It is not applied, neither under this name nor, with the same text, under another.",
                            "Run it."));
        }

        private static Optional<Checksum> checksumOf(HistoryEntry entry) {
            String checksum = entry.checksum();
            return checksum == null ? Optional.empty() : Checksum.parse(checksum);
        }
    }

    /** A try that failed or was interrupted is forgotten: the next run begins at the first statement. */
    record Reset(String migration, String reason) implements Amendment {

        @Override
        public void addTo(Message message, Inspection now, HistoryTable table, AppliedRecord.Run run) {
            HistoryEntry entry = now.history()
                    .entry(migration)
                    .orElseThrow(
                            () -> refused(migration, "The history does not have it.", "There is nothing to reset."));
            if (entry.isApplied()) {
                throw refused(
                        migration,
                        "It is applied; forgetting that would run it a second time.",
                        "Roll it back, or write a new migration.");
            }
            table.addRemoval(message, entry);
            table.log().add(message, run, migration, "reset", "success", reason, entry.checksum());
        }
    }

    /** It shall not run here. */
    record Skip(String migration, String reason) implements Amendment {

        @Override
        public void addTo(Message message, Inspection now, HistoryTable table, AppliedRecord.Run run) {
            Migration file = fileOf(now, migration);
            HistoryEntry entry = now.history().entry(migration).orElse(null);
            if (entry != null && entry.isApplied()) {
                throw refused(migration, "It is applied already.", "There is nothing to skip.");
            }
            AppliedRecord row = AppliedRecord.of(file, 0, entry, run);
            table.addMark(message, row, MigrationState.SKIPPED, "skip", reason);
        }
    }

    /** The database was built by other means: what would run, up to this one, counts as applied. */
    record Baseline(String migration, String reason) implements Amendment {

        @Override
        public void addTo(Message message, Inspection now, HistoryTable table, AppliedRecord.Run run) {
            Migration last = fileOf(now, migration);
            List<PlanStep> covered = now.plan().steps().stream()
                    .filter(step -> step instanceof PlanStep.Run
                            || step instanceof PlanStep.Blocked
                            || step instanceof PlanStep.Left)
                    .filter(step -> step.migration().name().compareTo(last.name()) <= 0)
                    .toList();
            if (covered.isEmpty()) {
                throw refused(migration, "The history has it and all before it.", "There is nothing to adopt.");
            }
            for (PlanStep step : covered) {
                Migration file = step.migration();
                HistoryEntry entry = now.history().entry(file.name().value()).orElse(null);
                AppliedRecord row = AppliedRecord.of(file, 0, entry, run);
                table.addMark(message, row, MigrationState.COMPLETED, "baseline", reason);
            }
        }
    }

    private static Migration fileOf(Inspection now, String migration) {
        return now.catalog()
                .find(migration)
                .orElseThrow(
                        () -> refused(migration, "No file has this name.", "Give the whole name, without its ending."));
    }

    private static MigratorException refused(String migration, String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.REFUSED, migration, description, action));
    }
}
