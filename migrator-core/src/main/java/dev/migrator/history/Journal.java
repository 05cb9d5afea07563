package dev.migrator.history;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a migration of several transactions has come.
 *
 * @param statementsDone how many statements of the file, from the first, are done
 * @param executed a hash of their texts: they must still be the same when the rest runs
 * @param found what the next statement found before it was sent for the first time, without quotes; null before that, and
 *     where nothing has to be known
 */
public record Journal(int statementsDone, String executed, @Nullable String found) {

    private static final Pattern FOUND = Pattern.compile("\"found\": \"([^\"]*)\"");

    String json() {
        return "{\"executed\": \"" + executed + "\"" + (found == null ? "" : ", \"found\": \"" + found + "\"") + "}";
    }

    /** Whether a row's metadata holds the same hash. */
    public boolean matches(HistoryEntry entry) {
        return entry.metadata() != null && entry.metadata().contains(executed);
    }

    /** What the journal of a row says was found. */
    public static @Nullable String foundIn(HistoryEntry entry) {
        Matcher found = FOUND.matcher(entry.metadata() == null ? "" : entry.metadata());
        return found.find() ? found.group(1) : null;
    }
}
