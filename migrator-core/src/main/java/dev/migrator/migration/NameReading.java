package dev.migrator.migration;

import org.jspecify.annotations.Nullable;

/** What the grammar makes of a text that may be a migration's name. */
public sealed interface NameReading {

    record Valid(MigrationName name) implements NameReading {}

    /**
     * Looks like none of the forms, so it may be something else altogether.
     *
     * @param lacks what is missing, as the rest of a sentence that begins with the name: "has no …"
     * @param nearest the valid name that was probably meant
     */
    record Unfit(String lacks, @Nullable String nearest) implements NameReading {}

    /** Has a form but cannot be meant as it stands, so guessing would be wrong either way. */
    record Invalid(String reason, String action) implements NameReading {}
}
