package dev.migrator.plan;

import dev.migrator.history.HistoryEntry;
import dev.migrator.migration.Migration;
import java.util.List;

/** Makes a plan of what is there; asked again whenever a run looks again. */
@FunctionalInterface
public interface Planning {

    /** @param migrations in their order */
    Plan plan(List<Migration> migrations, List<HistoryEntry> entries);
}
