package dev.migrator.reconcile;

import dev.migrator.problem.SafeText;
import dev.migrator.schema.DiffDocument;
import dev.migrator.schema.SchemaDiff;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schema as it is against what it was after the last run.
 *
 * @param since when what it is compared with was stored, or null where nothing is
 * @param reason what a person said who accepted that, or null when a run stored it
 * @param diff from stored to live; null where the two can't be compared now
 * @param halfDone what began since, outside of a transaction, and did not come to its end: part of the differences is its
 */
public record DriftReport(
        State state,
        @Nullable Instant since,
        @Nullable String reason,
        @Nullable SchemaDiff diff,
        List<String> halfDone) {

    public DriftReport {
        halfDone = List.copyOf(halfDone);
    }

    /** What the comparison says. */
    public enum State {
        /** Nothing differs. */
        NONE,
        /** Somebody changed the schema outside of migrations. */
        DRIFTED,
        /** Nothing is stored yet: the first run that applies something stores it, or a person accepts what is there. */
        NO_BASELINE,
        /** Migrations are being applied; what they change is no drift. */
        RUNNING,
        /**
         * Something was applied since and not stored, in whole or in part, so nobody knows what of the differences is drift.
         * Or another release of Migrator has stored it in a form that this one can't compare.
         */
        OUTDATED
    }

    public boolean hasDrift() {
        return state == State.DRIFTED;
    }

    /** How many objects differ; a table with all its columns is one. */
    public int objects() {
        return diff == null ? 0 : diff.wholes().size();
    }

    /** The first of them in one line each: {@code ~ column public.orders.total}. */
    public List<String> headlines(int most) {
        return diff == null ? List.of() : diff.headlines(most);
    }

    /**
     * For machines, in a fixed order; what is unknown is left out. Times are ISO-8601 in UTC.
     *
     * @param most how many objects are told one by one
     */
    public Map<String, Object> document(int most) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("state", state.name());
        document.put("drift", hasDrift());
        if (since != null) {
            document.put("since", since.toString());
        }
        if (reason != null) {
            document.put("reason", reason);
        }
        if (!halfDone.isEmpty()) {
            document.put("halfDone", halfDone);
        }
        if (diff != null) {
            document.put("objects", objects());
            document.put("differences", DiffDocument.of(diff, most));
        }
        return document;
    }

    /** For people: one line, and below it object by object what differs. */
    public String text() {
        return switch (state) {
            case NONE -> "No drift since " + since + ".";
            case DRIFTED ->
                "Drift since " + since + ": " + (objects() == 1 ? "1 object" : objects() + " objects")
                        + " (+ was added, - was removed, ~ was changed outside of" + " migrations)\n"
                        + (diff == null ? "" : diff.text());
            case NO_BASELINE -> "There is no stored schema to compare with; accept what is there, or migrate.";
            case RUNNING -> "Migrations are being applied; ask again when they are done.";
            case OUTDATED -> outdated();
        };
    }

    private String outdated() {
        if (diff == null) {
            return "What was stored at " + since
                    + " is in the form of another release of Migrator, which can't be compared;"
                    + " migrate something, or accept what is there.";
        }
        return halfDone.isEmpty()
                ? "Something was applied since the schema was stored at " + since
                        + ", and the schema was not stored then; accept what is there."
                : "Since the schema was stored at " + since + " something has begun and not ended: "
                        + SafeText.line(String.join(", ", halfDone))
                        + " is half done. Migrate or reconcile to end it, or accept what is there.";
    }
}
