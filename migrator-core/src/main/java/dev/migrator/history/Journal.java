package dev.migrator.history;

/**
 * How far a migration of several transactions has come.
 *
 * @param statementsDone how many statements of the file, from the first, are done
 * @param executed a hash of their texts: they must still be the same when the rest runs
 */
public record Journal(int statementsDone, String executed) {

    String json() {
        return "{\"executed\": \"" + executed + "\"}";
    }

    /** Whether a row's metadata holds the same hash. */
    public boolean matches(HistoryEntry entry) {
        return entry.metadata() != null && entry.metadata().contains(executed);
    }
}
