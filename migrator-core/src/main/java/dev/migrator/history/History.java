package dev.migrator.history;

import dev.migrator.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What one look at the database found.
 *
 * @param shape what the tracking table is; anything but {@link TableShape#OURS} is made so before a run writes
 * @param entries in the order in which they were written
 * @param problems why the table can't be used, or not be written to
 */
public record History(ServerFacts facts, TableShape shape, List<HistoryEntry> entries, List<Problem> problems) {

    public Optional<HistoryEntry> entry(String migration) {
        return entries.stream().filter(e -> e.migration().equals(migration)).findFirst();
    }
}
